-- Distributes the tasks over the nodes of a Citus cluster, by user. Run it with psql on the coordinator, as the owner of the
-- tables, after every `taskbridge migrate` that has applied a migration. See docs/deploying.md.

\set ON_ERROR_STOP on
begin;
set local citus.multi_shard_modify_mode = 'sequential';

-- all rows of a user are on one node
select create_distributed_table('taskbridge.task', 'user_id')
where not exists (select from pg_dist_partition where logicalrelid = 'taskbridge.task'::regclass and partmethod = 'h');
select create_distributed_table(name, 'user_id', colocate_with => 'taskbridge.task')
from unnest(array['taskbridge.task_counter', 'taskbridge.idempotency_key']) name
where not exists (select from pg_dist_partition where logicalrelid = name::regclass and partmethod = 'h');

-- the other tables stay on the coordinator, and every node finds them
create temporary table shared on commit drop as
    select oid::regclass as name from pg_class where relkind = 'r' and relnamespace = 'taskbridge'::regnamespace
    union select to_regclass(name) from unnest(array['"user"', 'session', 'account', 'verification', 'jwks']) name;
select citus_add_local_table_to_metadata(name, cascade_via_foreign_keys => true) from shared
where not exists (select from pg_dist_partition where logicalrelid = name)
    and name not in (select f.conrelid from pg_constraint f where f.contype = 'f');

-- a trigger on "user" deletes the user's tasks
select format('alter database %I set citus.allow_nested_distributed_execution = on', current_database()) \gexec

-- the short wait for an idempotency key holds on the node of the user
select format('alter database %I set citus.propagate_set_commands = local', current_database()) \gexec

-- Citus restarts the numbers of an identity column; those from 2^48 on are numbers that a worker has given
select setval('taskbridge.revocation_id_seq', coalesce(max(id), 0) + 1, false) from taskbridge.revocation where id < 1::bigint << 48;

commit;
