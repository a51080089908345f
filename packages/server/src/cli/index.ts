export { descriptorWarning, softLimit } from "./file-descriptors.ts";
export type { Io } from "./io.ts";
export { listenerText, startFault } from "./listener-text.ts";
export { program, runProgram } from "./program.ts";
export { PidFile } from "./pid-file.ts";
export type { Listening, Mode, Run, Starting } from "./start-commands.ts";
