// The real server in a folder of its own: started, stopped, killed and started again on the same port.

import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { until } from "./until.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;

export interface SignIn {
  email: string;
  password: string;
}

export class Server {
  readonly data = mkdtempSync(join(tmpdir(), "baton-story-"));
  /** All that it ever said, over all its lives. */
  log = "";
  /** The demo people, by first name in lower case: `ana`. */
  readonly people = new Map<string, SignIn>();
  private port = 0;
  private child: ChildProcess | undefined;
  private readonly onExit = () => this.child?.kill("SIGKILL");

  private constructor(
    private readonly binary: string,
    private readonly what: "demo" | "empty",
    private readonly flags: readonly string[],
  ) {
    process.on("exit", this.onExit);
  }

  /** With the demo workspace and its people, or `empty`: with nothing but the link for its owner. */
  static async start(what: "demo" | "empty" = "demo", ...flags: readonly string[]): Promise<Server> {
    const binary = resolve(ROOT, process.env.STORY_BINARY ?? "target/debug/baton");
    try {
      accessSync(binary, constants.X_OK);
    } catch {
      throw new Error(`no server at ${binary}: run \`cargo build\` first, or set STORY_BINARY`);
    }
    const server = new Server(binary, what, flags);
    try {
      await server.restart();
      if (what === "demo")
        await until("the server prints how three people sign in", () => server.hearSignIns() >= 3);
    } catch (error) {
      await server.dispose();
      throw new Error(`the server did not start as it should; it said:\n${server.log}`, { cause: error });
    }
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  signIn(name: string): SignIn {
    const found = this.people.get(name.toLowerCase());
    if (!found) {
      throw new Error(`the server printed no sign-in for ${name}; it said:\n${this.log}`);
    }
    return found;
  }

  /** The one-time link with which an empty instance is set up. */
  setUpLink(): string {
    const [link] = /http:\/\/\S+\/setup#\S+/.exec(this.log) ?? [];
    if (!link) throw new Error(`the server printed no set-up link; it said:\n${this.log}`);
    return link;
  }

  /** Lines of the form `  ana@acme.example   PASSWORD`. */
  private hearSignIns(): number {
    for (const [, email, password] of this.log.matchAll(/^\s+(\S+@\S+)\s+(\S+)\s*$/gm)) {
      const name = email?.split("@")[0]?.toLowerCase();
      if (name && email && password) this.people.set(name, { email, password });
    }
    return this.people.size;
  }

  /** Starts it on the same data folder and, after the first time, on the same port. */
  async restart(): Promise<void> {
    if (this.child) throw new Error("it is still running");
    const before = this.log.length;
    const bind = `127.0.0.1:${this.port}`;
    const demo = this.what === "demo" ? ["--demo"] : [];
    const child = spawn(this.binary, ["serve", ...demo, "--data", this.data, "--bind", bind, ...this.flags], {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: this.data,
    });
    this.child = child;
    const hear = (said: Buffer) => (this.log += said.toString());
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    let ended: string | undefined;
    child.once("error", (error) => (ended = String(error)));
    child.once("exit", (code, signal) => (ended = `ended with ${code ?? signal}`));
    const heard = await until(
      "the server listens",
      () => {
        const said = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.log.slice(before));
        return said ?? (ended ? "ended" : undefined);
      },
      START_LIMIT_MS,
    );
    if (heard === "ended") {
      this.child = undefined;
      throw new Error(`the server did not start (${ended}); it said:\n${this.log.slice(before)}`);
    }
    this.port = Number(heard[1]);
    await until("the server is ready", async () => (await fetch(`${this.url}/readyz`)).ok, START_LIMIT_MS);
  }

  /** SIGKILL, at whatever instruction it is. */
  async kill9(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** A graceful stop; gives its exit code. */
  async stop(): Promise<number | null> {
    return this.end("SIGTERM");
  }

  private async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const child = this.child;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await until(
        `the server ends at ${signal}`,
        () => child.exitCode !== null || child.signalCode !== null,
        STOP_LIMIT_MS,
      );
    }
    this.child = undefined;
    return child.exitCode;
  }

  /** The files of the data folder (database, its log, whatever else) that hold this text. */
  filesHolding(text: string): string[] {
    const wanted = Buffer.from(text);
    return readdirSync(this.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path).includes(wanted));
  }

  /** Ends it, however, and removes its folder. */
  async dispose(): Promise<void> {
    try {
      await this.end("SIGTERM").catch(() => this.end("SIGKILL"));
    } finally {
      process.off("exit", this.onExit);
      rmSync(this.data, { recursive: true, force: true });
    }
  }
}
