// PostgreSQL with Apache AGE inside of Node.js, its wire protocol on a loopback port: node pglite.mjs PORT
import { PGlite } from '@electric-sql/pglite'
import { age } from '@electric-sql/pglite-age'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const db = await PGlite.create({ extensions: { age } })
await db.exec("CREATE EXTENSION IF NOT EXISTS age; LOAD 'age';")
const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: Number(process.argv[2]), maxConnections: 64 })
await server.start()
process.on('SIGTERM', async () => {
  await server.stop()
  await db.close()
  process.exit(0)
})
