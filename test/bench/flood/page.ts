import type { ChildProcess } from 'node:child_process';

import type { RequestName, Requests } from '../../../src-main/contract/channels.ts';

/** The page of a running bench app. */
export interface Page {
  request<Name extends RequestName>(name: Name, args: Requests[Name]['args']): Promise<Requests[Name]['value']>;
}

export function pageOf(child: ChildProcess): Page {
  let newest = 0;
  const evaluate = (script: string): Promise<unknown> => {
    const id = ++newest;
    return new Promise((resolve, reject) => {
      const listen = (message: { id?: number; value?: unknown; error?: string }): void => {
        if (message.id !== id) return;
        child.off('message', listen as never);
        if (message.error !== undefined) reject(new Error(message.error));
        else resolve(message.value);
      };
      child.on('message', listen as never);
      child.send({ id, script });
    });
  };
  return {
    request: async (name, args) => {
      // Columns are typed arrays, which are told here as plain ones.
      const script = `window.halcyon.request(${JSON.stringify(name)}, ${JSON.stringify(args)}).then((result) =>
        JSON.stringify(result, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)))`;
      const result = JSON.parse((await evaluate(script)) as string) as
        { ok: true; value: never } | { ok: false; failure: { message: string } };
      if (!result.ok) throw new Error(`${name}: ${result.failure.message}`);
      return result.value;
    },
  };
}
