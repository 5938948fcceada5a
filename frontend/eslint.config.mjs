import next from "eslint-config-next/core-web-vitals";
import typescript from "eslint-config-next/typescript";

// Each room may use those before it, and none after it.
const rooms = ["lib", "components", "session", "tasks", "account", "layout", "app"];

const oneWay = rooms.map((room, index) => ({
  files: [`src/${room}/**`],
  rules: {
    "no-restricted-imports": ["error", { patterns: [{ group: rooms.slice(index + 1).flatMap((later) => [`@/${later}/*`, `../${later}/*`, `../../${later}/*`]), message: `${room} comes before it` }] }],
  },
}));

const config = [
  ...next,
  ...typescript,
  ...oneWay.slice(0, -1),
  { files: ["e2e/**"], rules: { "react-hooks/rules-of-hooks": "off" } },
  { ignores: [".next/**", "src/client/**", "src/generated/**", "next-env.d.ts", "test-results/**"] },
];

export default config;
