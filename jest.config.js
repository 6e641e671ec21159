const project = (dir) => ({
  displayName: dir,
  rootDir: dir,
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testEnvironment: 'node',
  // Sibling packages are read from their sources, so that the tests need no build.
  testEnvironmentOptions: { customExportConditions: ['detrics-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: import.meta.dirname + '/tsconfig.base.json' }],
  },
})

export default {
  projects: [
    'packages/domain',
    'packages/adapters',
    'packages/projections',
    'packages/keys',
    'packages/client',
    'apps/api',
    'apps/mcp',
    'apps/web',
    'test',
  ].map(project),
  // The tests of whole processes wait for processes; a pure test that takes this long is broken.
  testTimeout: 20_000,
}
