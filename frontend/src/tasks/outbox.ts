// Sends new tasks. Tasks that failed are kept, also across reloads, until they are sent or discarded.
import type { QueryClient } from "@tanstack/react-query";
import { createTask, type Task } from "@/client";
import { asUser } from "@/lib/api";
import { translate } from "@/lib/i18n/translate";
import { draftKey, removeDraft, readDraft, writeDraft } from "@/lib/drafts";
import { toFailure, type Failure } from "@/lib/problem";
import { Subscribable } from "@/lib/subscribable";
import type { PendingWork } from "@/session/pending-work";
import { toTaskInput, type Draft } from "./task-draft";
import { refetchTasks } from "./refetch-queue";

/** `failure` is null while the request is in flight. */
export type UnsentTask = { id: string; draft: Draft; failure: Failure | null };

export function isUnsent(outcome: Task | UnsentTask): outcome is UnsentTask {
  return "draft" in outcome;
}

type StoredTask = { id: string; draft: Draft };

const interruptedFailure = (): Failure => ({ status: 0, detail: translate("tasks.pageClosed"), fields: {} });

export class Outbox extends Subscribable {
  #unsent: readonly UnsentTask[];
  readonly #key: string;
  readonly #queryClient: QueryClient;
  readonly #userId: string;
  readonly #pendingWork: PendingWork;

  constructor(queryClient: QueryClient, userId: string, pendingWork: PendingWork) {
    super();
    this.#queryClient = queryClient;
    this.#userId = userId;
    this.#pendingWork = pendingWork;
    this.#key = draftKey(userId, "unsent");
    this.#unsent = (readDraft<StoredTask[]>(this.#key) ?? []).map((stored) => ({ ...stored, failure: interruptedFailure() }));
  }

  get unsent(): readonly UnsentTask[] {
    return this.#unsent;
  }

  /** Resolves to the created task once the lists are refetched, or to the unsent task. */
  send(draft: Draft): Promise<Task | UnsentTask> {
    return this.#send({ id: crypto.getRandomValues(new Uint32Array(2)).join("-"), draft, failure: null });
  }

  retry({ id, draft }: UnsentTask): Promise<Task | UnsentTask> {
    return this.#send({ id, draft, failure: null });
  }

  /** The warning to show if the user signs out now. */
  get unsentWarning(): string | null {
    const titles = this.#unsent.filter(({ failure }) => failure).map(({ draft }) => `“${draft.title}”`);
    return titles.length > 0 ? translate("tasks.notAddedList", { titles: titles.join(", ") }) : null;
  }

  discard(id: string): void {
    this.#set(this.#unsent.filter((other) => other.id !== id));
  }

  #send(unsent: UnsentTask): Promise<Task | UnsentTask> {
    const outcome = this.#request(unsent);
    const unregister = this.#pendingWork.register(async () => (isUnsent(await outcome) ? translate("tasks.couldNotAdd", { title: unsent.draft.title }) : null));
    void outcome.then(unregister);
    return outcome;
  }

  async #request(sending: UnsentTask): Promise<Task | UnsentTask> {
    this.#upsert(sending);
    try {
      const { data } = await createTask({ body: toTaskInput(sending.draft), ...asUser(this.#userId) });
      this.discard(sending.id);
      await refetchTasks(this.#queryClient, this.#userId);
      return data;
    } catch (error) {
      const failed = { ...sending, failure: toFailure(error) };
      this.#upsert(failed);
      return failed;
    }
  }

  #upsert(unsent: UnsentTask): void {
    const exists = this.#unsent.some(({ id }) => id === unsent.id);
    this.#set(exists ? this.#unsent.map((other) => (other.id === unsent.id ? unsent : other)) : [...this.#unsent, unsent]);
  }

  #set(unsent: readonly UnsentTask[]): void {
    this.#unsent = unsent;
    if (unsent.length === 0) removeDraft(this.#key);
    else writeDraft(this.#key, unsent.map(({ id, draft }): StoredTask => ({ id, draft })));
    this.notify();
  }
}
