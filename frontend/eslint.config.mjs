import next from "eslint-config-next/core-web-vitals";
import typescript from "eslint-config-next/typescript";

// Each layer imports only from the layers before it.
const layers = ["lib", "components", "session", "sync", "tasks", "account", "layout", "app"];

const layerRules = layers.slice(0, -1).map((layer, index) => {
  const group = layers.slice(index + 1).flatMap((later) => [`@/${later}/*`, `../${later}/*`, `../../${later}/*`]);
  const patterns = [{ group, message: `src/${layer} must not import from a later layer.` }];
  return { files: [`src/${layer}/**`], rules: { "no-restricted-imports": ["error", { patterns }] } };
});

const config = [
  ...next,
  ...typescript,
  ...layerRules,
  { files: ["e2e/**"], rules: { "react-hooks/rules-of-hooks": "off" } },
  { ignores: [".next/**", "src/client/**", "packages/*/dist/**", "src/generated/**", "next-env.d.ts", "test-results/**"] },
];

export default config;
