// The replica of one user in IndexedDB, shared by all tabs.
import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from "idb";
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

  /** Starts the transaction at once: it completes even if the page is left. */
  async write({ tasks = [], deleted = [], operations = [], settled = [], token }: Commit): Promise<void> {
    const transaction = this.#db.transaction(stores, "readwrite");
    const [taskStore, operationStore] = [transaction.objectStore("tasks"), transaction.objectStore("operations")];
    const requests: Promise<unknown>[] = [
      ...tasks.map((task) => taskStore.put(task)),
      ...deleted.map(({ id }) => taskStore.delete(id)),
      ...operations.map((operation) => operationStore.put(operation)),
      ...settled.map((id) => operationStore.delete(id)),
    ];
    if (token !== undefined) requests.push(transaction.objectStore("meta").put(token, "token"));
    transaction.commit();
    await Promise.all([...requests, transaction.done]);
  }

  close(): void {
    this.#db.close();
  }
}

/** Deletes the databases of all users, except one. */
export async function deleteDatabases(exceptUserId?: string): Promise<void> {
  const kept = exceptUserId === undefined ? null : databaseName(exceptUserId);
  const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
  await Promise.all(names.filter((name) => name.startsWith(namePrefix) && name !== kept).map((name) => deleteDB(name)));
}
