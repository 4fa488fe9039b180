/** Jest's globalTeardown: ends what jest-services.mjs started. */
const SERVICES = Symbol.for('reqrun.jest-services');

export default async function stopServices() {
  const services = await globalThis[SERVICES];
  globalThis[SERVICES] = undefined;
  await services?.stop();
}
