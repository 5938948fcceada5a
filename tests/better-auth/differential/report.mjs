// Prints the summary and returns whether there are no unlisted differences.

export function report(compared, rules, { isWhole, client }) {
  const requests = compared.filter(({ isRequest }) => isRequest);
  const withOthers = compared.filter(({ others }) => others.length);
  const withIntended = compared.filter(({ intended, others }) => intended.length && !others.length);
  const equal = compared.length - withOthers.length - withIntended.length;
  for (const { name, others } of withOthers) {
    console.log(`\n${name}`);
    for (const { at, reference, service } of others) console.log(`  ${at}: ${show(reference)} → ${show(service)}`);
  }
  console.log(`\nintended differences, by number of responses:`);
  const unused = [];
  for (const rule of rules) {
    const count = compared.filter(({ intended }) => intended.some((difference) => difference.rule === rule)).length;
    if (count === 0) unused.push(rule);
    console.log(`  ${String(count).padStart(4)}  ${rule.reason}`);
  }
  if (isWhole) for (const { reason } of unused) console.log(`\nlisted, but does not occur: ${reason}`);
  console.log(
    `\n${client}: ${requests.length} requests and ${compared.length - requests.length} mails and rows; ` +
      `${equal} equal, ${withIntended.length} with intended differences only, ${withOthers.length} with others`,
  );
  return withOthers.length === 0 && !(isWhole && unused.length);
}

function show(value) {
  return value === undefined ? '(absent)' : JSON.stringify(value);
}
