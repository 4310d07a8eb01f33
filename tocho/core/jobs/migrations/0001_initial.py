from django.db import migrations

# One round trip and one commit a job: the job that ended well goes, the next one that is due is marked as `doing`.
# It does what procrastinate_finish_job_v1 and procrastinate_fetch_job_v2 do, except that a job without a lock is not
# compared with all others (on a fresh table the planner makes a quadratic join of that).
NEXT = """
CREATE FUNCTION jobs_next(_worker_id bigint, _succeeded_id bigint) RETURNS SETOF procrastinate_jobs
LANGUAGE plpgsql AS $$
BEGIN
    IF _succeeded_id IS NOT NULL THEN
        DELETE FROM procrastinate_jobs WHERE id = _succeeded_id AND status IN ('doing', 'todo');
    END IF;
    IF _worker_id IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    UPDATE procrastinate_jobs SET status = 'doing', worker_id = _worker_id
     WHERE id = (
       SELECT job.id FROM procrastinate_jobs job
        WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
          AND (job.lock IS NULL OR NOT EXISTS (
                SELECT FROM procrastinate_jobs other
                 WHERE other.lock = job.lock AND (other.status = 'doing' OR other.status = 'todo'
                       AND (other.priority > job.priority OR other.priority = job.priority AND other.id < job.id))))
        ORDER BY job.priority DESC, job.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(NEXT, "DROP FUNCTION jobs_next")]
