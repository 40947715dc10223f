// Says how many bytes a page loads for the client: bundled, minified, compressed. More than 10 KB are a failure.
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const MOST = 10_000;
const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const { outputFiles } = await build({
  entryPoints: [entry], bundle: true, minify: true, format: "esm", target: "es2022", write: false,
});
const whole = outputFiles[0].contents;
const packed = gzipSync(whole, { level: 9 }).length;
console.log(`${whole.length} bytes minified, ${packed} bytes compressed (at most ${MOST})`);
if (packed > MOST) process.exitCode = 1;
