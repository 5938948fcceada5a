// The replica of one user in IndexedDB, shared by all tabs.
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from "idb";
import type { Task } from "@/client";
import type { Operation } from "./operations";
import type { Commit, Snapshot } from "./replica";

interface Schema extends DBSchema {
  tasks: { key: string; value: Task };
  operations: { key: string; value: Operation };
  meta: { key: "token"; value: string | null };
}

const namePrefix = "taskbridge-tasks-";
const stores = ["tasks", "operations", "meta"] as const;

type Transaction = IDBPTransaction<Schema, typeof stores, "readwrite">;

const databaseName = (userId: string) => namePrefix + userId;

export class Database {
  readonly #db: IDBPDatabase<Schema>;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  static async open(userId: string): Promise<Database> {
    const db = await openDB<Schema>(databaseName(userId), 1, {
      upgrade(created) {
        created.createObjectStore("tasks", { keyPath: "id" });
        created.createObjectStore("operations", { keyPath: "id" });
        created.createObjectStore("meta");
      },
      // another tab deletes the database
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
    return new Database(db);
  }

  /** Deletes what the service stores too; keeps unsent operations. */
  async clearTasks(): Promise<void> {
    const transaction = this.#db.transaction(["tasks", "meta"], "readwrite");
    await Promise.all([transaction.objectStore("tasks").clear(), transaction.objectStore("meta").clear(), transaction.done]);
  }

  async read(): Promise<Snapshot> {
    const transaction = this.#db.transaction(stores);
    const [tasks, operations, token] = await Promise.all([
      transaction.objectStore("tasks").getAll(),
      transaction.objectStore("operations").getAll(),
      transaction.objectStore("meta").get("token"),
    ]);
    return { tasks, operations, token: token ?? null };
  }

  /** Starts the transaction at once. One without a token completes even if the page is left. If it fails, everything is read again later. */
  async write(commit: Commit): Promise<void> {
    const transaction = this.#db.transaction(stores, "readwrite");
    try {
      await Promise.all([...putAll(transaction, commit), putToken(transaction, commit), transaction.done]);
    } catch (error) {
      await this.#db.delete("meta", "token");
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }
}

function putAll(transaction: Transaction, { tasks = [], deleted = [], operations = [], settled = [], isComplete }: Commit): Promise<unknown>[] {
  const [taskStore, operationStore] = [transaction.objectStore("tasks"), transaction.objectStore("operations")];
  return [
    ...(isComplete ? [taskStore.clear()] : []),
    ...tasks.map((task) => taskStore.put(task)),
    ...deleted.map(({ id }) => taskStore.delete(id)),
    ...operations.map((operation) => operationStore.put(operation)),
    ...settled.map((id) => operationStore.delete(id)),
  ];
}

/** Stores the token if all changes before it are stored. Otherwise deletes the one that is stored: then everything is read again. */
async function putToken(transaction: Transaction, { since = null, token, isComplete = false }: Commit): Promise<void> {
  if (token === undefined) return transaction.commit();
  const meta = transaction.objectStore("meta");
  const stored = (await meta.get("token")) ?? null;
  if (isComplete || stored === since) await meta.put(token, "token");
  else if (stored !== token) await meta.delete("token");
}

/** Deletes the databases of all users, except one. */
export async function deleteDatabases(exceptUserId?: string): Promise<void> {
  const kept = exceptUserId === undefined ? null : databaseName(exceptUserId);
  const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
  await Promise.all(names.filter((name) => name.startsWith(namePrefix) && name !== kept).map((name) => deleteDB(name)));
}
