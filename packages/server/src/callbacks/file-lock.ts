import { Database } from "bun:sqlite";

/**
 * Holds a file for this process alone. The lock is the system's own, which SQLite takes on an empty file for its
 * transaction: it goes with the process, whatever ends that, and holds between containers that share a volume.
 */
export class FileLock {
  private constructor(private readonly database: Database) {}

  /** Undefined where somebody else holds it. Throws where the file cannot be made or locked. */
  static take(path: string): FileLock | undefined {
    let database: Database | undefined;
    try {
      database = new Database(path);
      database.run("PRAGMA busy_timeout = 0");
      database.run("BEGIN EXCLUSIVE");
      return new FileLock(database);
    } catch (cause) {
      database?.close();
      if (!(cause instanceof Error)) throw cause;
      if ("code" in cause && cause.code === "SQLITE_BUSY") return undefined;
      throw new Error(`${path} cannot be locked: ${cause.message}`, { cause });
    }
  }

  release(): void {
    this.database.close();
  }
}
