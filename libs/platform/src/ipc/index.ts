export { type Frame } from './frame.js';
export { IpcConnection } from './ipc-connection.js';
export { fitsSockets, IpcServer } from './ipc-server.js';
export { IpcClientPool, type IpcClientPoolListener } from './ipc-client-pool.js';
