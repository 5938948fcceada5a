// Runs the scenarios against a real Better Auth and against the service, and compares the responses.
//
//   node run.mjs --modules <folder> --program <taskbridge> --reference-database <url> --service-database <url>
//
//   --modules               the folder whose node_modules contains better-auth (the server) and pg
//   --client-modules        the folder whose node_modules contains the client; default: --modules
//   --client                the name of the client's package; default: better-auth
//   --only <text>           runs the scenarios whose name contains it; unused rules are not reported then
//   --record <file>         writes the normalized responses of both, by scenario
//   --reference-only        does not run the service
//
// Both databases must be empty. Exits with 1 if there is a difference that intended-differences.mjs does not list, or if a
// listed one does not occur.

import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { compare } from './compare.mjs';
import { intendedDifferences } from './intended-differences.mjs';
import { Normalizer } from './normalize.mjs';
import { Recorder } from './recorder.mjs';
import { report } from './report.mjs';
import { scenarios } from './scenarios/index.mjs';
import { startBetterAuth, startService } from './servers.mjs';
import { World } from './world.mjs';

const text = { type: 'string' };
const { values: options } = parseArgs({
  options: {
    modules: text,
    'client-modules': text,
    client: { ...text, default: 'better-auth' },
    program: text,
    'reference-database': text,
    'service-database': text,
    only: { ...text, default: '' },
    record: text,
    'reference-only': { type: 'boolean', default: false },
  },
});

function load(folder, name) {
  const resolved = createRequire(path.resolve(folder, 'package.json')).resolve(name);
  // version 1.3 has both kinds of modules; a browser's bundler takes this one
  return import(pathToFileURL(resolved.replace(/\.cjs$/, '.mjs')));
}

async function transcript(scenario, server, createAuthClient) {
  const record = new Recorder(scenario.name, new Normalizer(server.publicUrl ?? server.base, server.secret));
  try {
    await scenario.steps(new World({ server, createAuthClient, record, scenario: scenario.name }));
  } catch (error) {
    record.failure(error);
  }
  return record.entries;
}

async function runProfile(profile, chosen, { createAuthClient, databases }) {
  const [referenceDatabase, serviceDatabase] = databases;
  const reference = await startBetterAuth(profile, { modules: options.modules, ...referenceDatabase });
  const service = options['reference-only'] ? undefined : await startService(profile, { program: options.program, ...serviceDatabase });
  const servers = service ? [reference, service] : [reference];
  try {
    const transcripts = [];
    for (const scenario of chosen) {
      transcripts.push(await Promise.all(servers.map((server) => transcript(scenario, server, createAuthClient))));
    }
    return transcripts;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

const { default: pg } = await load(options.modules, 'pg');
const { createAuthClient } = await load(options['client-modules'] ?? options.modules, `${options.client}/client`);
const urls = [options['reference-database'], options['service-database']].filter(Boolean);
const databases = urls.map((url) => ({ url, database: new pg.Pool({ connectionString: url }) }));
for (const { database } of databases) database.on('error', () => {});

const chosen = scenarios.filter(({ name }) => name.includes(options.only));
const transcripts = [];
for (const profile of new Set(chosen.map((scenario) => scenario.profile))) {
  const ofProfile = chosen.filter((scenario) => scenario.profile === profile);
  transcripts.push(...(await runProfile(profile, ofProfile, { createAuthClient, databases })));
}
await Promise.all(databases.map(({ database }) => database.end()));

if (options.record) await writeFile(options.record, JSON.stringify(transcripts, null, 2));
if (!options['reference-only']) {
  const compared = transcripts.flatMap(([reference, service]) => compare(reference, service, intendedDifferences));
  const isWhole = options.only === '';
  process.exitCode = report(compared, intendedDifferences, { isWhole, client: options.client }) ? 0 : 1;
}
