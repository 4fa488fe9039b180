// Written in the syntax of old Node versions, and free of imports that they lack: this file has to
// run where nothing else does.

/** The oldest version with the fixes of January 2026: a deep stack ends no process under async_hooks. */
var REQUIRED = [20, 20];

/** Ends the process with one clear line where Node is too old. */
export function checkNode() {
  var version = process.versions.node.split('.').map(Number);
  if (version[0] > REQUIRED[0] || (version[0] === REQUIRED[0] && version[1] >= REQUIRED[1])) {
    return;
  }
  process.stderr.write(
    'ReqRun needs Node.js ' + REQUIRED.join('.') + ' or newer; this is ' + process.version + '.\n',
  );
  process.exit(1);
}
