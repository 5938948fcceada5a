// A scenario: a name, the settings of the servers, and its steps.

export function scenario(name, steps, { profile = 'default' } = {}) {
  return { name, profile, steps };
}
