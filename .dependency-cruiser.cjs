const fpTs = 'node_modules/(\\.pnpm/)?(fp-ts|io-ts|uuid)@?'
/** Arrows point one way: domain <- projections, adapters <- keys <- apps. */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The domain imports fp-ts, io-ts and uuid and nothing else: no Node module, no sibling.',
      severity: 'error',
      from: { path: '^packages/domain/src' },
      to: { pathNot: ['^packages/domain/src', fpTs] },
    },
    {
      name: 'projections-know-the-domain-only',
      severity: 'error',
      from: { path: '^packages/projections/src' },
      to: { path: '^(packages/(adapters|keys)|apps)/' },
    },
    {
      name: 'adapters-know-the-domain-only',
      severity: 'error',
      from: { path: '^packages/adapters/src' },
      to: { path: '^(packages/(projections|keys)|apps)/' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment: 'A folder per technology; what two of them share stands in shared/.',
      severity: 'error',
      from: { path: '^packages/adapters/src/([^/]+)/', pathNot: '^packages/adapters/src/shared/' },
      to: { path: '^packages/adapters/src/', pathNot: '^packages/adapters/src/($1|shared)/' },
    },
    {
      name: 'the-client-knows-the-domain-only',
      comment: 'It runs in browsers and in other services, so it drags in no store and no server.',
      severity: 'error',
      from: { path: '^packages/client/src' },
      to: { pathNot: ['^packages/(client|domain)/src', fpTs] },
    },
    {
      name: 'keys-does-not-know-the-apps',
      severity: 'error',
      from: { path: '^packages/keys/src' },
      to: { path: '^(apps|packages/client)/' },
    },
    {
      name: 'apps-use-the-front-door',
      comment:
        'An app imports @detrics/keys or the client; it reaches no layer behind them, and no other app.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src' },
      to: { path: '^(packages/(domain|adapters|projections)|apps)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'tsyringe-in-composition-roots-only',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: '/composition[^/]*\\.ts$' },
      to: { path: 'node_modules/(\\.pnpm/)?(tsyringe|reflect-metadata)@?' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: ['main\\.ts$'] }, to: {} },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|test)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['detrics-source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.json'],
    },
  },
}
