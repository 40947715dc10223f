// The real server on a directory of its own, for all tests: `ESTAIR_SERVER` names the program, else cargo's is taken.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** What the demonstration wrote. */
export interface Known {
  tokens: Record<"operation" | "finance" | "admin" | "service", string>;
  clients: { account_id: number; token: string }[];
}

declare module "vitest" {
  interface ProvidedContext {
    url: string;
    known: Known;
  }
}

function program(): string {
  const given = process.env["ESTAIR_SERVER"];
  if (given) return given;
  const said = execFileSync("cargo", ["metadata", "--format-version", "1", "--no-deps"], { maxBuffer: 1 << 26 });
  return join((JSON.parse(said.toString()) as { target_directory: string }).target_directory, "debug/estair-server");
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "estair-client-"));
  const data = join(directory, "data");
  const child = spawn(program(), ["--listen", "127.0.0.1:0", "--data-dir", data], {
    env: { PATH: process.env["PATH"], ESTAIR_CREDIT_CUTOFF: "24:00", ESTAIR_RATE_LIMIT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const code = await ended;
    rmSync(directory, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ended with ${code}`);
  };
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`the server did not start: ${said}`)), 20_000);
    child.stdout.on("data", (text: Buffer) => {
      said += text.toString();
      const listening = /^listening on (http:\S+)$/m.exec(said);
      if (!listening?.[1] || !existsSync(join(data, "tokens.json"))) return;
      clearTimeout(late);
      resolve(listening[1]);
    });
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  project.provide("url", url);
  project.provide("known", JSON.parse(readFileSync(join(data, "tokens.json"), "utf8")) as Known);
  return stop;
}
