import type { Mutant } from './mutants.ts';

/** A run works on real networks and machines. */
export const NETWORK_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'loopback-by-proxy',
    protection: 'Requests to this machine never use a proxy',
    file: 'src/world/proxy-settings.ts',
    from: 'if (LOOPBACK.test(target.hostname)) return null;',
    to: 'if (LOOPBACK.test(target.href)) return null;',
    red: { file: 'test/unit/world/proxies.test.ts', test: 'the emulator on this machine' },
  },
  {
    name: 'proxy-login-sent',
    protection: 'A request that a proxy refuses with 407 counts as unsent',
    file: 'src/world/proxy-failure.ts',
    from: "new WireError({ code, phase: 'unsent', message, cause: error });",
    to: 'new WireError({ code, phase: error.phase, message, cause: error });',
    red: { file: 'test/unit/world/proxies.test.ts', test: '407 on the way' },
  },
  {
    name: 'proxy-login-again',
    protection: 'A proxy that requires a login stops the run without a retry',
    file: 'src/transport/classify-wire-error.ts',
    from: 'if (PROXY.test(code)) return',
    to: 'if (PROXY.test(code.slice(1))) return',
    red: { file: 'test/unit/transport/classify-wire-error.test.ts', test: 'proxy_login' },
  },
  {
    name: 'short-handshake',
    protection: 'Each address gets seconds for its handshake',
    file: 'src/world/open-dispatcher.ts',
    from: 'autoSelectFamilyAttemptTimeout: 3000,',
    to: 'autoSelectFamilyAttemptTimeout: 250,',
    red: { file: 'test/unit/world/proxies.test.ts', test: 'seconds for its handshake' },
  },
  {
    name: 'other-node-unseen',
    protection: 'Under another Node, no ledger is reported as unreadable',
    file: 'src/state/find-run.ts',
    from: '  checkSqlite();\n',
    to: '  void checkSqlite;\n',
    red: { file: 'test/unit/run/other-node.mocks.test.ts', test: 'the list of runs' },
  },
];
