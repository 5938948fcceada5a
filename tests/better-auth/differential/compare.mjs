// Compares two transcripts and sorts the differences into intended ones, by rule, and others.

export function compare(reference, service, rules) {
  const length = Math.max(reference.length, service.length);
  return Array.from({ length }, (_, index) => compareEntry(reference[index], service[index], rules));
}

function compareEntry(reference, service, rules) {
  const name = reference?.name ?? service.name;
  const isRequest = (reference ?? service).response.status !== undefined;
  if (!reference || !service || reference.name !== service.name) {
    const other = { at: 'request', reference: reference?.name, service: service?.name };
    return { name, isRequest, intended: [], others: [other] };
  }
  const found = differences(reference.response, service.response, []);
  const sorted = found.map((difference) => ({ ...difference, rule: rules.find((rule) => applies(rule, name, difference, reference.response)) }));
  return { name, isRequest, intended: sorted.filter(({ rule }) => rule), others: sorted.filter(({ rule }) => !rule) };
}

function applies(rule, name, { at, reference, service }, response) {
  return (
    (!rule.request || rule.request.test(name)) &&
    rule.at.test(at) &&
    (!rule.when || rule.when(response)) &&
    (!rule.reference || rule.reference(reference)) &&
    (!rule.service || rule.service(service)) &&
    (!rule.both || rule.both(reference, service))
  );
}

// The leaves in which two values differ, each with its path.
function differences(reference, service, path) {
  if (isObject(reference) && isObject(service) && Array.isArray(reference) === Array.isArray(service)) {
    const keys = [...new Set([...Object.keys(reference), ...Object.keys(service)])];
    return keys.flatMap((key) => differences(reference[key], service[key], [...path, key]));
  }
  if (JSON.stringify(reference) === JSON.stringify(service)) return [];
  return [{ at: path.join('.'), reference, service }];
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}
