# Creates a folder, and with two arguments a PostgreSQL cluster in it, and removes both when standard input closes.
# The test process holds the other end of the pipe, so the cleanup runs however it ends, kill -9 included.
#
# Arguments: the folder of PostgreSQL's programs and a port, or none. Output: one line, "done" and the folder, or an
# error message.

programs=${1-} port=${2-}
trap '' HUP INT TERM PIPE
umask 077

# In memory if half a gigabyte is free: copying the 300 files of a database takes 300 ms on some disks.
create_folder() {
    free_space=$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')
    for parent in "${TMPDIR:-/dev/shm}" /tmp; do
        [ "$parent" = /dev/shm ] && [ "${free_space:-0}" -lt 524288 ] && continue
        mktemp -d "$parent/taskbridge-test.XXXXXX" && return
    done
}

folder=$(create_folder) && cd "$folder" || exit

create_cluster() {
    "$programs/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync && settings >>data/postgresql.conf && start
}

settings() {
    cat <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 300
max_wal_size = 64MB
fsync = off
full_page_writes = off
END
}

start() { "$programs/pg_ctl" -D data -l server.log -w -t 30 start || { tail -n 5 server.log; false; }; }
stop() { "$programs/pg_ctl" -D data -m immediate -w -t 10 stop; }

postmaster() { head -n 1 data/postmaster.pid; }
processes() { ps -A -o pid= -o ppid= | awk -v first="$(postmaster)" '$1 == first || $2 == first { print $1 }'; }

report() {
    if "$@" >log 2>&1 </dev/null; then echo "done $folder"; else tail -n 8 log | tr '\n' ' '; echo; false; fi
}

if [ -z "$programs" ]; then report true; else report create_cluster; fi && while read -r _; do :; done

if [ -n "$programs" ]; then stop || kill -KILL $(processes); fi
cd / && rm -rf "$folder"
