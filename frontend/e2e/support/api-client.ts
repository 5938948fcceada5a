// The same user on another device, which speaks to the service itself.
import { expect, type APIRequestContext, type APIResponse } from "@playwright/test";

type Task = { id: string; title: string };

export class Elsewhere {
  readonly #request: APIRequestContext;
  readonly #tasks: string;
  readonly #token: () => string;

  constructor(request: APIRequestContext, apiUrl: string, token: () => string) {
    this.#request = request;
    this.#tasks = `${apiUrl}/api/tasks`;
    this.#token = token;
  }

  async adds(...tasks: object[]): Promise<void> {
    for (const data of tasks) await this.#asks("POST", this.#tasks, data);
  }

  /** Adds tasks named by their number, the last made first. */
  async addsMany(count: number): Promise<void> {
    await this.adds(...Array.from({ length: count }, (_, index) => ({ title: `Task ${index + 1}` })));
  }

  async changes(title: string, data: object): Promise<void> {
    await this.#asks("PATCH", await this.#address(title), data);
  }

  async deletes(title: string): Promise<void> {
    await this.#asks("DELETE", await this.#address(title));
  }

  async titles(): Promise<string[]> {
    return (await this.tasks()).map(({ title }) => title);
  }

  async tasks(): Promise<Task[]> {
    const response = await this.#asks("GET", `${this.#tasks}?limit=100`);
    return ((await response.json()) as { items: Task[] }).items;
  }

  async #address(title: string): Promise<string> {
    const task = (await this.tasks()).find((candidate) => candidate.title === title);
    return `${this.#tasks}/${task!.id}`;
  }

  async #asks(method: string, url: string, data?: object): Promise<APIResponse> {
    const response = await this.#request.fetch(url, { method, data, headers: { Authorization: `Bearer ${this.#token()}` } });
    expect(response.ok(), `${method} ${url}: ${response.status()}`).toBe(true);
    return response;
  }
}
