import { describe, expect, it } from 'vitest';
import { Credentials, keychainService, type Keychain } from '../../../src-main/credentials.ts';

const key = 'kf_live_1234567890';

function fakeKeychain(): Keychain & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    getPassword: async (service, account) => entries.get(`${service}/${account}`) ?? null,
    setPassword: async (service, account, password) => void entries.set(`${service}/${account}`, password),
    deletePassword: async (service, account) => entries.delete(`${service}/${account}`),
  };
}

/** A keychain behind an unlock prompt: nothing is answered until `unlock`. */
function lockedKeychain(): ReturnType<typeof fakeKeychain> & { readonly unlock: () => void } {
  const { entries, ...inner } = fakeKeychain();
  let unlock = (): void => undefined;
  const unlocked = new Promise<void>((resolve) => (unlock = resolve));
  return {
    entries,
    unlock: () => unlock(),
    getPassword: (...args) => unlocked.then(() => inner.getPassword(...args)),
    setPassword: (...args) => unlocked.then(() => inner.setPassword(...args)),
    deletePassword: (...args) => unlocked.then(() => inner.deletePassword(...args)),
  };
}

const entry = `${keychainService}/kingfisher`;

const failing = (message: string) => async (): Promise<Keychain> => {
  throw new Error(message);
};

describe('credentials', () => {
  it('keeps a key in the keychain under the service of the app and the id of the provider', async () => {
    const keychain = fakeKeychain();
    const state = await new Credentials(async () => keychain).keep('kingfisher', { key }, false);
    expect(state).toEqual({ kept: 'keychain', keychainProblem: null });
    expect([...keychain.entries]).toEqual([[`${keychainService}/kingfisher`, JSON.stringify({ key })]]);
  });

  it('finds the key again at the next start, and not after it was removed', async () => {
    const keychain = fakeKeychain();
    await new Credentials(async () => keychain).keep('kingfisher', { key }, false);
    const next = new Credentials(async () => keychain);
    await next.load('kingfisher');
    expect(next.secret('kingfisher')).toEqual({ key });
    expect(await next.remove('kingfisher')).toEqual({ kept: 'none', keychainProblem: null });
    expect(keychain.entries.size).toBe(0);
    expect(next.secret('kingfisher')).toBeNull();
  });

  it('keeps nothing when the keychain refuses, and says why without the key', async () => {
    const credentials = new Credentials(
      failing('The name org.freedesktop.secrets was not provided by any .service files'),
    );
    const thrown: unknown = await credentials.keep('kingfisher', { key }, false).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      failure: { kind: 'keychain', message: expect.stringContaining('No keychain is running') },
    });
    expect(JSON.stringify(thrown)).not.toContain(key);
    expect(credentials.secret('kingfisher')).toBeNull();
    expect(credentials.state('kingfisher').kept).toBe('none');
  });

  it('keeps a key for the session in memory only, also without a keychain', async () => {
    const keychain = fakeKeychain();
    const credentials = new Credentials(async () => keychain);
    expect((await credentials.keep('kingfisher', { key }, true)).kept).toBe('session');
    expect(keychain.entries.size).toBe(0);
    const without = new Credentials(failing('Cannot autolaunch D-Bus without X11 $DISPLAY'));
    await without.load('kingfisher');
    expect((await without.keep('kingfisher', { key }, true)).kept).toBe('session');
    expect(without.secret('kingfisher')).toEqual({ key });
  });

  it('deletes an entry it never read when a key kept for the session is removed', async () => {
    const keychain = fakeKeychain();
    keychain.entries.set(entry, JSON.stringify({ key: 'key-of-an-earlier-run' }));
    const credentials = new Credentials(async () => keychain);
    await credentials.keep('kingfisher', { key }, true);
    expect((await credentials.remove('kingfisher')).kept).toBe('none');
    expect(keychain.entries.size).toBe(0);
  });

  it('says that the keychain may still hold a key when only the one in memory could be removed', async () => {
    const changed: unknown[] = [];
    const credentials: Credentials = new Credentials(failing('No such file: D-Bus'), 5, (provider) =>
      changed.push(credentials.secret(provider)),
    );
    await credentials.keep('kingfisher', { key }, true);
    await expect(credentials.remove('kingfisher')).rejects.toMatchObject({
      failure: {
        kind: 'keychain',
        message: expect.stringMatching(
          /^The key in memory is gone; whether the keychain still holds one could not be checked\. No keychain is running/,
        ),
      },
    });
    expect(credentials.state('kingfisher').kept).toBe('none');
    expect(changed).toEqual([null]);
  });

  it('moves a session key into the keychain when it is saved there', async () => {
    const keychain = fakeKeychain();
    const credentials = new Credentials(async () => keychain);
    await credentials.keep('kingfisher', { key: 'first-session-key' }, true);
    await credentials.keep('kingfisher', { key }, false);
    expect(credentials.secret('kingfisher')).toEqual({ key });
    expect(credentials.state('kingfisher').kept).toBe('keychain');
  });

  it.each([
    ['Cannot create an item in a locked collection', 'locked'],
    ['Prompt was dismissed', 'refused access'],
    ['Could not connect: No such file or directory', 'No keychain is running'],
    [
      'Error spawning command line “dbus-launch --autolaunch=1”: Child process exited with code 1',
      'No keychain is running',
    ],
    ['libsecret-1.so.0: cannot open shared object file', 'libsecret is missing'],
  ])('explains "%s"', async (message, sentence) => {
    const credentials = new Credentials(failing(message));
    await credentials.load('kingfisher');
    expect(credentials.state('kingfisher').keychainProblem).toContain(sentence);
  });

  it('gives up on a keychain that never answers', async () => {
    const credentials = new Credentials(() => new Promise(() => undefined), 5);
    await expect(credentials.keep('kingfisher', { key }, false)).rejects.toMatchObject({
      failure: { kind: 'keychain' },
    });
    expect(credentials.state('kingfisher').keychainProblem).toContain('locked');
  });

  it('does not say that a stored key is gone when the keychain could not delete it', async () => {
    const keychain = fakeKeychain();
    const credentials = new Credentials(async () => keychain);
    await credentials.keep('kingfisher', { key }, false);
    keychain.deletePassword = () => Promise.reject(new Error('locked'));
    await expect(credentials.remove('kingfisher')).rejects.toMatchObject({ failure: { kind: 'keychain' } });
    expect(credentials.state('kingfisher').kept).toBe('keychain');
  });

  it.each(['not json', '"text"', '[1]', '{"key":5}'])('treats a foreign entry %s as absent', async (entry) => {
    const keychain = fakeKeychain();
    keychain.entries.set(`${keychainService}/kingfisher`, entry);
    const credentials = new Credentials(async () => keychain);
    await credentials.load('kingfisher');
    expect(credentials.secret('kingfisher')).toBeNull();
  });
});

describe('a keychain that is unlocked after its time was up', () => {
  it('gives the key it was asked for at the start', async () => {
    const keychain = lockedKeychain();
    keychain.entries.set(entry, JSON.stringify({ key }));
    let changed = (): void => undefined;
    const change = new Promise<void>((resolve) => (changed = resolve));
    const credentials = new Credentials(
      async () => keychain,
      5,
      () => changed(),
    );
    await credentials.load('kingfisher');
    expect(credentials.state('kingfisher')).toEqual({
      kept: 'none',
      keychainProblem: expect.stringContaining('locked'),
    });
    keychain.unlock();
    await change;
    expect(credentials.secret('kingfisher')).toEqual({ key });
    expect(credentials.state('kingfisher')).toEqual({ kept: 'keychain', keychainProblem: null });
  });

  it('does not bring back a key that was removed meanwhile', async () => {
    const keychain = lockedKeychain();
    keychain.entries.set(entry, JSON.stringify({ key }));
    const credentials = new Credentials(async () => keychain, 5);
    await credentials.load('kingfisher');
    const removing = credentials.remove('kingfisher');
    keychain.unlock();
    await removing;
    expect(credentials.state('kingfisher')).toEqual({ kept: 'none', keychainProblem: null });
    expect(keychain.entries.size).toBe(0);
  });

  it('is rid again of a key that was written when nothing was said to be kept', async () => {
    const keychain = lockedKeychain();
    let changed = (): void => undefined;
    const change = new Promise<void>((resolve) => (changed = resolve));
    const credentials = new Credentials(
      async () => keychain,
      5,
      () => changed(),
    );
    await expect(credentials.keep('kingfisher', { key }, false)).rejects.toMatchObject({
      failure: { kind: 'keychain' },
    });
    await credentials.keep('kingfisher', { key }, true);
    keychain.unlock();
    await change;
    expect(keychain.entries.size).toBe(0);
    expect(credentials.state('kingfisher')).toEqual({ kept: 'session', keychainProblem: null });
  });

  it('holds the key that was kept before, not the one it was too late for', async () => {
    const keychain = lockedKeychain();
    const open = fakeKeychain();
    let current: Keychain = open;
    let changed = (): void => undefined;
    const change = new Promise<void>((resolve) => (changed = resolve));
    const credentials = new Credentials(
      async () => current,
      5,
      () => changed(),
    );
    await credentials.keep('kingfisher', { key: 'the-former-key' }, false);
    current = keychain;
    await expect(credentials.keep('kingfisher', { key }, false)).rejects.toThrow();
    keychain.unlock();
    await change;
    expect(keychain.entries.get(entry)).toBe(JSON.stringify({ key: 'the-former-key' }));
    expect(credentials.secret('kingfisher')).toEqual({ key: 'the-former-key' });
  });

  it('no longer counts a key as kept once its removal came through', async () => {
    const keychain = lockedKeychain();
    const open = fakeKeychain();
    let current: Keychain = open;
    let changed = (): void => undefined;
    const change = new Promise<void>((resolve) => (changed = resolve));
    const credentials = new Credentials(
      async () => current,
      5,
      () => changed(),
    );
    await credentials.keep('kingfisher', { key }, false);
    current = keychain;
    await expect(credentials.remove('kingfisher')).rejects.toThrow();
    expect(credentials.state('kingfisher').kept).toBe('keychain');
    keychain.unlock();
    await change;
    expect(credentials.state('kingfisher').kept).toBe('none');
  });

  it('is asked again, and its key then used', async () => {
    const keychain = fakeKeychain();
    keychain.entries.set(entry, JSON.stringify({ key }));
    let isThere = false;
    const credentials = new Credentials(() => (isThere ? Promise.resolve(keychain) : failing('locked')()));
    await credentials.load('kingfisher');
    expect(credentials.secret('kingfisher')).toBeNull();
    isThere = true;
    await credentials.load('kingfisher');
    expect(credentials.secret('kingfisher')).toEqual({ key });
  });
});
