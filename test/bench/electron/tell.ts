import { app } from 'electron';

/** In an app's main process: does the work as soon as the app is ready, and tells its outcome to who started the app. */
export function tellWhenReady(work: () => Promise<unknown>): void {
  const fail = (thrown: unknown): void => {
    console.error(thrown);
    app.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  void app
    .whenReady()
    .then(work)
    .then((value) => process.send?.(value), fail);
}
