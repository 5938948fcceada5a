// Messages between the tabs of one user.
import type { Commit } from "./replica";
import type { SyncStatus } from "./sync-status";

export type Message =
  | { kind: "commit"; commit: Commit }
  | { kind: "status"; status: SyncStatus }
  /** Asks the leader for its status. */
  | { kind: "ping" }
  /** The network may be back, or the user looks at a tab: the leader retries at once. */
  | { kind: "wake" }
  /** The leader sends all operations, then answers "flushed". */
  | { kind: "flush" }
  | { kind: "flushed" };

export type TabChannel = Pick<BroadcastChannel, "postMessage" | "addEventListener" | "close">;

export const channelName = (userId: string) => `taskbridge-sync-${userId}`;
