// One line a check, as the other checks of this directory have it.
"use strict";

const count = { passed: 0, failed: 0 };

// Runs a check; what it throws is why it failed.
async function check(name, run) {
  try {
    await run();
    count.passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    count.failed += 1;
    console.log(`not ok ${name}`);
    for (const line of String(error.stack ?? error).split("\n").slice(0, 12)) console.log(`  ${line}`);
  }
}

module.exports = { check, count };
