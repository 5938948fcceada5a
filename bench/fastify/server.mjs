// The task API with Fastify, jose and pg: two processes with four database connections each.
import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { jwtVerify } from 'jose';
import pg from 'pg';

const PROCESSES = 2;
const CONNECTIONS = 4;
const PAGE = 20;
const PRIORITIES = ['none', 'low', 'medium', 'high'];
const COLUMNS = 'id, title, description, completed_at, priority, due_at, tags, created_at, updated_at';
const LIST = `select ${COLUMNS} from task where user_id = $1 and deleted_at is null order by created_at desc, id desc limit $2`;
const GET = `select ${COLUMNS} from task where user_id = $1 and id = $2 and deleted_at is null`;
const CREATE = `insert into task
  (user_id, id, title, description, priority, tags, created_at, updated_at, folded_title, folded_description)
  values ($1, $2, $3, $4, 0, $5, $6, $6, $7, $8) returning ${COLUMNS}`;

const nullable = (schema) => ({ ...schema, type: [schema.type, 'null'] });
const instant = { type: 'string', format: 'date-time' };
const task = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    user_id: { type: 'string' },
    title: { type: 'string' },
    description: nullable({ type: 'string' }),
    completed: { type: 'boolean' },
    completed_at: nullable(instant),
    priority: { type: 'string' },
    due_at: nullable(instant),
    tags: { type: 'array', items: { type: 'string' } },
    created_at: instant,
    updated_at: instant,
  },
};
const page = {
  type: 'object',
  properties: { items: { type: 'array', items: task }, next_cursor: nullable({ type: 'string' }) },
};
const newTask = {
  type: 'object',
  required: ['title'],
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 255 },
    description: nullable({ type: 'string', maxLength: 10000 }),
    tags: { type: 'array', items: { type: 'string' }, maxItems: 20, default: [] },
  },
};

const answer = (row, user_id) => ({
  ...row,
  user_id,
  completed: row.completed_at !== null,
  priority: PRIORITIES[row.priority],
});

function serve() {
  const secret = new TextEncoder().encode(process.env.BETTER_AUTH_SECRET);
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: CONNECTIONS });
  const query = async (name, text, values) => (await pool.query({ name, text, values })).rows;
  const app = Fastify();
  app.decorateRequest('user', '');
  app.addHook('onRequest', async (request, reply) => {
    try {
      const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
      request.user = (await jwtVerify(token, secret, { algorithms: ['HS256'] })).payload.sub;
    } catch {
      return reply.code(401).send({ title: 'Unauthorized' });
    }
  });
  app.get('/api/tasks', { schema: { response: { 200: page } } }, async ({ user }) => {
    const rows = await query('list', LIST, [user, PAGE + 1]);
    const items = rows.slice(0, PAGE).map((row) => answer(row, user));
    const last = rows.length > PAGE ? rows[PAGE - 1] : null;
    return { items, next_cursor: last && `${last.created_at.toISOString()}_${last.id}` };
  });
  app.get('/api/tasks/:id', { schema: { response: { 200: task } } }, async ({ user, params }, reply) => {
    const [row] = await query('get', GET, [user, params.id]);
    return row ? answer(row, user) : reply.code(404).send({ title: 'Not Found' });
  });
  app.post('/api/tasks', { schema: { body: newTask, response: { 201: task } } }, async ({ user, body }, reply) => {
    const { title, description = null, tags } = body;
    const folded = [title.toLowerCase(), description && description.toLowerCase()];
    const values = [user, randomUUID(), title, description, JSON.stringify(tags), new Date(), ...folded];
    const [row] = await query('create', CREATE, values);
    return reply.code(201).send(answer(row, user));
  });
  app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
}

if (cluster.isPrimary) {
  for (let process = 0; process < PROCESSES; process += 1) cluster.fork();
} else {
  serve();
}
