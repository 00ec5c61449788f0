import type { RoomState } from "./api.ts";
import type { DeltaDoc, ResumeDoc, ServerMessage, SnapshotDoc, WelcomeDoc } from "./protocol.ts";
import { emptyRoom, fromSnapshot, reduce, reduceLive } from "./reduce.ts";
import { Store } from "./store.ts";

/** A lag behind the pings may lead to a snapshot only so often, in milliseconds. */
const LAG_SNAPSHOT_MS = 60_000;

/** What a room needs and whom it tells. */
export interface RoomWiring {
  /** Ask for a whole snapshot and give it to [`Room.replace`]. */
  readonly resync: () => void;
  /** Each delta with the room before and after it, in order. */
  readonly onDelta: (delta: DeltaDoc, before: RoomState, after: RoomState) => void;
  /** The picture was replaced: deltas in between are not known. */
  readonly onReplaced: (before: RoomState, after: RoomState) => void;
}

/** The replica of the room: a snapshot and numbered deltas, checked for gaps. */
export class Room {
  readonly state: Store<RoomState>;
  readonly #wiring: RoomWiring;
  #stream = "";
  #upto = 0;
  // Nothing is applied between the discovery of a gap and the snapshot that closes it.
  #lost = true;
  #lag: { upto: number; ping: number } | null = null;
  #lagAsked = -LAG_SNAPSHOT_MS;

  constructor(workspace: string, wiring: RoomWiring) {
    this.state = new Store(emptyRoom(workspace));
    this.#wiring = wiring;
  }

  /** Where the replica stands, for a hello. */
  position(): Pick<ResumeDoc, "stream" | "upto"> {
    return this.#lost || this.#stream === "" ? {} : { stream: this.#stream, upto: this.#upto };
  }

  /** Whether the replica follows the room. */
  get sound(): boolean {
    return !this.#lost;
  }

  /** Takes the answer to a hello. */
  welcome(welcome: WelcomeDoc): void {
    this.state.update((room) => ({ ...room, user: welcome.user, session: welcome.session }));
    if (welcome.snapshot) {
      this.replace(welcome.stream, welcome.snapshot);
    } else if (welcome.stream === this.#stream) {
      this.#lost = false;
      this.#apply(welcome.replay);
    } else {
      this.#gap();
      return;
    }
    this.#upto = welcome.upto;
  }

  /** Takes a snapshot. */
  replace(stream: string, snapshot: SnapshotDoc): void {
    const before = this.state.get();
    this.#stream = stream;
    this.#upto = snapshot.upto;
    this.#lost = false;
    this.#lag = null;
    this.state.set(fromSnapshot(before, snapshot));
    this.#wiring.onReplaced(before, this.state.get());
  }

  /** Takes numbered updates. */
  deltas(message: Extract<ServerMessage, { type: "deltas" }>): void {
    if (this.#lost) return;
    // Frames of one socket come in order, so a number that a ping has named counts as sent.
    const known = Math.max(this.#upto, this.#lag?.ping ?? 0);
    const fits = message.after >= this.#upto && message.after <= known;
    if (message.stream !== this.#stream || !fits) return this.#gap();
    this.#apply(message.deltas);
    this.#upto = message.upto;
    this.#lag = null;
  }

  /** Takes ephemeral updates. */
  live(message: Extract<ServerMessage, { type: "live" }>): void {
    this.state.update((room) => reduceLive(room, message));
    // Said ahead of their number while the store does not answer; with it they come again, which changes nothing.
    if (message.updates && !this.#lost) this.#apply(message.updates);
  }

  /** Compares with the number that a ping names: twice behind without a step in between means that something is lost. */
  ping(upto: number, now: number): void {
    if (this.#lost) return;
    const behind = upto > this.#upto;
    const again = behind && this.#lag?.upto === this.#upto;
    this.#lag = behind ? { upto: this.#upto, ping: upto } : null;
    if (!again || now - this.#lagAsked < LAG_SNAPSHOT_MS) return;
    this.#lagAsked = now;
    this.#wiring.resync();
  }

  #apply(deltas: readonly DeltaDoc[]): void {
    // Told one by one, published once: listeners of the store see whole frames.
    let room = this.state.get();
    const steps: [DeltaDoc, RoomState, RoomState][] = [];
    for (const delta of deltas) {
      const after = reduce(room, delta);
      steps.push([delta, room, after]);
      room = after;
    }
    this.state.set(room);
    for (const step of steps) this.#wiring.onDelta(...step);
  }

  #gap(): void {
    this.#lost = true;
    this.#wiring.resync();
  }
}
