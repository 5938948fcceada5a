// New tasks on their way. One that could not be added is kept, over a reload too, until it is added or let go.
import type { QueryClient } from "@tanstack/react-query";
import { createTask, type Task } from "@/client";
import { asUser } from "@/lib/api";
import { draftKey, removeDraft, readDraft, writeDraft } from "@/lib/drafts";
import { toFailure, type Failure } from "@/lib/problem";
import { Subscribable } from "@/lib/subscribable";
import type { PendingWork } from "@/session/pending-work";
import { toTaskInput, type Draft } from "./task-draft";
import { refetchTasks } from "./refetch-queue";

/** `failure` is null while it is being sent. */
export type UnsentTask = { id: string; draft: Draft; failure: Failure | null };

export function isUnsent(outcome: Task | UnsentTask): outcome is UnsentTask {
  return "draft" in outcome;
}

type StoredTask = { id: string; draft: Draft };

const interrupted: Failure = { status: 0, detail: "The page was left before the service answered.", fields: {} };

export class Outbox extends Subscribable {
  #unsent: readonly UnsentTask[];
  readonly #key: string;
  readonly #queryClient: QueryClient;
  readonly #userId: string;
  readonly #pendingWork: PendingWork;

  constructor(queries: QueryClient, userId: string, unfinished: PendingWork) {
    super();
    this.#queryClient = queries;
    this.#userId = userId;
    this.#pendingWork = unfinished;
    this.#key = draftKey(userId, "unsent");
    this.#unsent = (readDraft<StoredTask[]>(this.#key) ?? []).map((kept) => ({ ...kept, failure: interrupted }));
  }

  get unsent(): readonly UnsentTask[] {
    return this.#unsent;
  }

  /** Answers the task when the lists have been read anew, or what is still unsent. */
  send(draft: Draft): Promise<Task | UnsentTask> {
    return this.#send({ id: crypto.getRandomValues(new Uint32Array(2)).join("-"), draft, failure: null });
  }

  retry({ id, draft }: UnsentTask): Promise<Task | UnsentTask> {
    return this.#send({ id, draft, failure: null });
  }

  /** What is lost if it is left. */
  get unsentWarning(): string | null {
    const titles = this.#unsent.filter(({ failure }) => failure).map(({ draft }) => `“${draft.title}”`);
    return titles.length > 0 ? `Not added: ${titles.join(", ")}.` : null;
  }

  discard(id: string): void {
    this.#set(this.#unsent.filter((other) => other.id !== id));
  }

  #send(unsent: UnsentTask): Promise<Task | UnsentTask> {
    const outcome = this.#attempt(unsent);
    const end = this.#pendingWork.register(async () => (isUnsent(await outcome) ? `“${unsent.draft.title}” could not be added.` : null));
    void outcome.then(end);
    return outcome;
  }

  async #attempt(sending: UnsentTask): Promise<Task | UnsentTask> {
    this.#put(sending);
    try {
      const { data } = await createTask({ body: toTaskInput(sending.draft), ...asUser(this.#userId) });
      this.discard(sending.id);
      await refetchTasks(this.#queryClient, this.#userId);
      return data;
    } catch (error) {
      const failed = { ...sending, failure: toFailure(error) };
      this.#put(failed);
      return failed;
    }
  }

  #put(unsent: UnsentTask): void {
    const isKnown = this.#unsent.some(({ id }) => id === unsent.id);
    this.#set(isKnown ? this.#unsent.map((other) => (other.id === unsent.id ? unsent : other)) : [...this.#unsent, unsent]);
  }

  #set(unsent: readonly UnsentTask[]): void {
    this.#unsent = unsent;
    if (unsent.length === 0) removeDraft(this.#key);
    else writeDraft(this.#key, unsent.map(({ id, draft }): StoredTask => ({ id, draft })));
    this.notify();
  }
}
