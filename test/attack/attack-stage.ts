import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  createEmulator,
  type Effect,
  type Emulator,
  type EmulatorOptions,
} from '../../src/emulator/emulator.ts';
import { environmentFor, type Program, startProgram } from '../support/spawn-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

/** One answer of the emulator on its way to the program. */
export interface PassingAnswer {
  readonly method: string;
  readonly url: string;
  readonly requestBody: string;
  readonly body: string;
  /** May be changed in place; undefined removes a header. */
  readonly headers: IncomingHttpHeaders;
}

/** Gives the body to pass on instead; undefined passes the answer as it is. */
export type Meddle = (answer: PassingAnswer) => string | undefined;

/** An emulator behind a proxy, a folder, and the built program: all that a try needs. */
export class AttackStage {
  readonly folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-attack-'));
  readonly emulator: Emulator;
  /** What the proxy does to answers. */
  meddle: Meddle = () => undefined;
  readonly #programs: Program[] = [];
  readonly #cleanups: (() => unknown)[] = [];
  #origin = '';

  private constructor(options: EmulatorOptions) {
    this.emulator = createEmulator(options);
  }

  static async open(options: EmulatorOptions): Promise<AttackStage> {
    const stage = new AttackStage(options);
    const listening = await stage.emulator.listen();
    stage.onClose(() => listening.close());
    stage.#origin = await stage.#startProxy(listening.origin);
    return stage;
  }

  /** The emulator's project. */
  get project(): Emulator['projects'][number] {
    const [project] = this.emulator.projects;
    if (project === undefined) throw new Error('An emulator has a project');
    return project;
  }

  /** Writes a job file and returns its path. */
  job(name: string, lines: string): string {
    const path = join(this.folder, `${name}.yaml`);
    writeFileSync(path, `version: 1\nname: ${name}\n${lines}`);
    return path;
  }

  /** Starts the built program with `args`. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    const state = { UCBULK_STATE: join(this.folder, 'state') };
    const program = startProgram(args, {
      cwd: this.folder,
      env: { ...environmentFor(this.#origin), ...state, ...env },
    });
    this.#programs.push(program);
    return program;
  }

  /** UUID → how often `effect` changed something of it. */
  effects(effect: Effect): Map<string, number> {
    const times = new Map<string, number>();
    for (const { operation, changed, uuid } of this.emulator.audit.entries()) {
      if (operation === effect && changed && uuid !== null) {
        times.set(uuid, (times.get(uuid) ?? 0) + 1);
      }
    }
    return times;
  }

  /** Resolves once the emulator has seen `count` of an effect, or the program has ended. */
  async untilEffects(effect: Effect, count: number, program: Program): Promise<void> {
    let ended = false;
    void program.ended.then(() => {
      ended = true;
    });
    while (!ended && (this.emulator.audit.summary()[effect]?.changed ?? 0) < count) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  onClose(cleanup: () => unknown): void {
    this.#cleanups.unshift(cleanup);
  }

  async close(): Promise<void> {
    for (const program of this.#programs) program.process.kill('SIGKILL');
    await Promise.all(this.#programs.map(({ ended }) => ended));
    for (const cleanup of this.#cleanups) await cleanup();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #startProxy(target: string): Promise<string> {
    const server = createServer((question, reply) => {
      const chunks: Buffer[] = [];
      question.on('data', (chunk: Buffer) => chunks.push(chunk));
      question.on('end', () => {
        const asked = { method: question.method ?? '', url: question.url ?? '' };
        const requestBody = Buffer.concat(chunks);
        const passOn = httpRequest(
          new URL(asked.url, target),
          { method: asked.method, headers: question.headers },
          (answer) => {
            const parts: Buffer[] = [];
            answer.on('data', (part: Buffer) => parts.push(part));
            answer.on('end', () => {
              const whole = Buffer.concat(parts);
              const { 'transfer-encoding': _, ...headers } = answer.headers;
              const changed = this.meddle({
                ...asked,
                requestBody: String(requestBody),
                body: String(whole),
                headers,
              });
              const body = changed === undefined ? whole : Buffer.from(changed);
              reply.sendDate = false;
              reply.writeHead(answer.statusCode ?? 500, {
                ...headers,
                'content-length': body.length,
              });
              reply.end(body);
            });
          },
        );
        passOn.on('error', () => reply.destroy());
        passOn.end(requestBody);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.onClose(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}
