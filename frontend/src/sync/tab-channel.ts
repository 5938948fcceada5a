// Messages between the tabs of one user.
import type { Commit, Snapshot } from "./replica";
import type { SyncStatus } from "./sync-status";

export type Message =
  | { kind: "commit"; commit: Commit }
  | { kind: "status"; status: SyncStatus }
  /** Another tab leads: all tabs tell it their operations. */
  | { kind: "leader" }
  /** A tab missed a change: the leader answers "snapshot". */
  | { kind: "resync" }
  | { kind: "snapshot"; snapshot: Snapshot }
  /** Asks the leader for its status. */
  | { kind: "ping" }
  /** The network may be back, or the user looks at a tab: the leader retries at once. */
  | { kind: "wake" }
  /** The leader sends all operations, then answers "flushed". */
  | { kind: "flush" }
  | { kind: "flushed" };

export type TabChannel = Pick<BroadcastChannel, "postMessage" | "addEventListener" | "close">;

export const channelName = (userId: string) => `taskbridge-sync-${userId}`;
