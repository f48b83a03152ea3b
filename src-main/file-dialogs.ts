import { app, dialog, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import type { FileDialogs } from './file-requests.ts';

const filters = (ending: string) => [{ name: `*.${ending}`, extensions: [ending] }];

/** The system's dialogs over the window, beginning in the user's documents. */
export function fileDialogs(window: () => BrowserWindow | null): FileDialogs {
  return {
    async save({ title, name, ending }) {
      const options = {
        title,
        defaultPath: join(app.getPath('documents'), `${name}.${ending}`),
        filters: filters(ending),
        // GTK would write over a file without asking.
        properties: ['showOverwriteConfirmation' as const, 'createDirectory' as const],
      };
      const over = window();
      const { canceled, filePath } = await (over
        ? dialog.showSaveDialog(over, options)
        : dialog.showSaveDialog(options));
      return canceled || filePath === '' ? null : filePath;
    },
    async open({ title, ending }) {
      const options = {
        title,
        defaultPath: app.getPath('documents'),
        // What was set aside has another ending.
        filters: [...filters(ending), { name: 'All files', extensions: ['*'] }],
        properties: ['openFile' as const],
      };
      const over = window();
      const { canceled, filePaths } = await (over
        ? dialog.showOpenDialog(over, options)
        : dialog.showOpenDialog(options));
      return canceled ? null : (filePaths[0] ?? null);
    },
  };
}
