// Calls the service directly as the user, as another device would.
import { expect, type APIRequestContext, type APIResponse } from "@playwright/test";

type Task = { id: string; title: string; completed: boolean };

export class ApiClient {
  readonly #request: APIRequestContext;
  readonly #tasksUrl: string;
  readonly #token: () => string | undefined;

  constructor(request: APIRequestContext, apiUrl: string, token: () => string | undefined) {
    this.#request = request;
    this.#tasksUrl = `${apiUrl}/api/tasks`;
    this.#token = token;
  }

  async createTasks(...listTasks: object[]): Promise<void> {
    for (const data of listTasks) await this.#send("POST", this.#tasksUrl, data);
  }

  /** Creates tasks titled "Task 1" to "Task `count`", in this order. */
  async createNumberedTasks(count: number): Promise<void> {
    await this.createTasks(...Array.from({ length: count }, (_, index) => ({ title: `Task ${index + 1}` })));
  }

  /** The same for many tasks, in any order. */
  async createManyTasks(count: number): Promise<void> {
    const titles = Array.from({ length: count }, (_, index) => `Task ${index + 1}`);
    while (titles.length > 0) await Promise.all(titles.splice(0, 20).map((title) => this.createTasks({ title })));
  }

  async updateTask(title: string, data: object): Promise<void> {
    await this.#send("PATCH", await this.#findTaskUrl(title), data);
  }

  async deleteTask(title: string): Promise<void> {
    await this.#send("DELETE", await this.#findTaskUrl(title));
  }

  async listTitles(): Promise<string[]> {
    return (await this.listTasks()).map(({ title }) => title);
  }

  async listTasks(): Promise<Task[]> {
    const response = await this.#send("GET", `${this.#tasksUrl}?limit=100`);
    return ((await response.json()) as { items: Task[] }).items;
  }

  /** Waits for the task: the page shows a task before it is sent. */
  async #findTaskUrl(title: string): Promise<string> {
    let id: string | undefined;
    await expect.poll(async () => (id = (await this.listTasks()).find((task) => task.title === title)?.id)).toBeDefined();
    return `${this.#tasksUrl}/${id}`;
  }

  async #send(method: string, url: string, data?: object): Promise<APIResponse> {
    // right after a sign-in the page may not have sent a token yet
    await expect.poll(this.#token).toBeTruthy();
    const response = await this.#request.fetch(url, { method, data, headers: { Authorization: `Bearer ${this.#token()}` } });
    expect(response.ok(), `${method} ${url}: ${response.status()}`).toBe(true);
    return response;
  }
}
