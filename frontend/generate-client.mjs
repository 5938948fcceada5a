// The client of ../openapi.json: `npm run client`. The generator's settings are in openapi-ts.config.ts.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

execFileSync("openapi-ts", { stdio: "inherit", shell: process.platform === "win32" });

// a comment there names another package, which is not used
const file = "src/client/client/types.gen.ts";
writeFileSync(file, readFileSync(file, "utf8").replace(/.*@hey-api.client-next.*\n/g, ""));
