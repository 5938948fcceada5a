# Runs PgBouncer in transaction mode until standard input closes. The test process holds the other end of the pipe, so
# the pooler ends however that process ends.
#
# Arguments: the program, its port, the server's host and port, the user, the pool size, and the database or `*`.
# Environment: PGPASSWORD, the server's password. Output: one line, "done" and the folder, or an error message.

program=$1 port=$2 host=$3 server_port=$4 user=$5 pool_size=$6 database=$7
trap '' HUP INT TERM PIPE
umask 077
folder=$(mktemp -d "${TMPDIR:-/tmp}/taskbridge-test.XXXXXX") && cd "$folder" || exit

printf '"%s" ""\n' "$user" >users
cat >pgbouncer.ini <<END
[databases]
$database = host=$host port=$server_port user=$user ${PGPASSWORD:+password=$PGPASSWORD}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = trust
auth_file = $folder/users
pool_mode = transaction
default_pool_size = $pool_size
max_client_conn = 1000
server_login_retry = 1
logfile = $folder/log
END

"$program" -q pgbouncer.ini >/dev/null 2>error </dev/null &
pooler=$!
until grep -q 'process up' log 2>/dev/null; do
    kill -0 "$pooler" 2>/dev/null || { cat error log 2>/dev/null | tail -n 5 | tr '\n' ' '; echo; cd / && rm -rf "$folder"; exit 1; }
    sleep 0.02
done
echo "done $folder"
while read -r _; do :; done
kill -KILL "$pooler"
cd / && rm -rf "$folder"
