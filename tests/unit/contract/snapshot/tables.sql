CREATE TABLE acts (
	act_id VARCHAR(36) NOT NULL, 
	at_us BIGINT NOT NULL, 
	deed VARCHAR(32) NOT NULL, 
	on_id TEXT NOT NULL, 
	tenant VARCHAR(63), 
	"by" TEXT NOT NULL, 
	by_key VARCHAR(12), 
	role VARCHAR(16) NOT NULL, 
	reason TEXT NOT NULL, 
	"before" TEXT, 
	"after" TEXT, 
	request_id VARCHAR(128) NOT NULL, 
	PRIMARY KEY (act_id)
)
CREATE INDEX acts_by_time ON acts (at_us, act_id)
CREATE INDEX acts_of_tenant ON acts (tenant, at_us, act_id)
CREATE TABLE api_keys (
	key_id VARCHAR(12) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	tenant VARCHAR(63) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	created_us BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	last_used_us BIGINT, 
	ends_us BIGINT, 
	revoked_us BIGINT, 
	replaced_by VARCHAR(12), 
	PRIMARY KEY (key_id)
)
CREATE INDEX api_keys_by_time ON api_keys (created_us, key_id)
CREATE TABLE bulk_actions (
	bulk_id VARCHAR(36) NOT NULL, 
	tenant VARCHAR(63), 
	digest VARCHAR(64) NOT NULL, 
	action VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	reason TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	by_key VARCHAR(12) NOT NULL, 
	by_tenant VARCHAR(63) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	request_id VARCHAR(128) NOT NULL, 
	total INTEGER NOT NULL, 
	created_us BIGINT NOT NULL, 
	ended_us BIGINT, 
	replay_id VARCHAR(36), 
	PRIMARY KEY (bulk_id)
)
CREATE INDEX bulk_actions_by_state ON bulk_actions (state, created_us)
CREATE INDEX bulk_actions_by_time ON bulk_actions (created_us, bulk_id)
CREATE INDEX bulk_actions_of_tenant ON bulk_actions (tenant, created_us, bulk_id)
CREATE TABLE bulk_jobs (
	bulk_id VARCHAR(36) NOT NULL, 
	number INTEGER NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	detail TEXT, 
	PRIMARY KEY (bulk_id, number)
)
CREATE INDEX bulk_jobs_by_outcome ON bulk_jobs (bulk_id, outcome, number)
CREATE TABLE dead_letters (
	job_id VARCHAR(36) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	redrive INTEGER NOT NULL, 
	letter_id VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	error_kind VARCHAR(32) NOT NULL, 
	error_code TEXT, 
	message TEXT NOT NULL, 
	fingerprint VARCHAR(12) NOT NULL, 
	attempts INTEGER NOT NULL, 
	topic VARCHAR(249) NOT NULL, 
	partition INTEGER NOT NULL, 
	"offset" BIGINT NOT NULL, 
	failed_us BIGINT NOT NULL, 
	headers TEXT NOT NULL, 
	value BLOB, 
	tenant VARCHAR(63) DEFAULT 'default', 
	PRIMARY KEY (job_id, stage, redrive), 
	UNIQUE (letter_id)
)
CREATE INDEX dead_letters_by_error ON dead_letters (fingerprint, stage, failed_us)
CREATE INDEX dead_letters_by_state ON dead_letters (state, failed_us, letter_id)
CREATE INDEX dead_letters_by_time ON dead_letters (failed_us, letter_id)
CREATE INDEX dead_letters_of_tenant ON dead_letters (tenant, state, failed_us, letter_id)
CREATE TABLE discards (
	job_id VARCHAR(36) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	redrive INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at_us BIGINT NOT NULL, 
	PRIMARY KEY (job_id, stage, redrive)
)
CREATE TABLE error_decisions (
	fingerprint VARCHAR(12) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	at_us BIGINT NOT NULL, 
	"by" TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (fingerprint)
)
CREATE TABLE feed (
	id INTEGER NOT NULL, 
	last_place BIGINT NOT NULL, 
	removed_place BIGINT NOT NULL, 
	PRIMARY KEY (id)
)
CREATE TABLE gateways (
	gateway_id VARCHAR(128) NOT NULL, 
	until_us BIGINT NOT NULL, 
	tables VARCHAR(32) NOT NULL, 
	PRIMARY KEY (gateway_id)
)
CREATE TABLE history (
	topic VARCHAR(249) NOT NULL, 
	partition INTEGER NOT NULL, 
	"offset" BIGINT NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	sequence INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	attempt INTEGER NOT NULL, 
	redrive INTEGER NOT NULL, 
	at_ms BIGINT NOT NULL, 
	message TEXT, 
	tenant VARCHAR(63), 
	place BIGINT, 
	cause VARCHAR(32), 
	code TEXT, 
	due_ms BIGINT, 
	PRIMARY KEY (topic, partition, "offset")
)
CREATE INDEX history_by_job ON history (job_id, sequence)
CREATE INDEX history_by_place ON history (place) WHERE place IS NOT NULL
CREATE INDEX history_of_tenant_by_place ON history (tenant, place) WHERE place IS NOT NULL
CREATE TABLE job_marks (
	mark VARCHAR(300) NOT NULL, 
	accepted_us BIGINT NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	tenant VARCHAR(63) DEFAULT 'default', 
	PRIMARY KEY (mark, accepted_us, job_id)
)
 WITHOUT ROWID
CREATE INDEX job_marks_of_tenant ON job_marks (tenant, mark, accepted_us, job_id)
CREATE TABLE jobs (
	job_id VARCHAR(36) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	accepted_us BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	fold TEXT NOT NULL, 
	due_us BIGINT, 
	tenant VARCHAR(63) DEFAULT 'default', 
	is_shadow BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (job_id)
)
CREATE INDEX jobs_by_due ON jobs (due_us, job_id)
CREATE INDEX jobs_by_status ON jobs (status, accepted_us, job_id)
CREATE INDEX jobs_by_time ON jobs (accepted_us, job_id)
CREATE INDEX jobs_of_tenant_by_status ON jobs (tenant, status, accepted_us, job_id)
CREATE INDEX jobs_of_tenant_by_time ON jobs (tenant, accepted_us, job_id)
CREATE INDEX shadows_by_time ON jobs (accepted_us, job_id) WHERE is_shadow IS 1
CREATE INDEX shadows_of_tenant_by_time ON jobs (tenant, accepted_us, job_id) WHERE is_shadow IS 1
CREATE TABLE leases (
	partition INTEGER NOT NULL, 
	owner VARCHAR(128) NOT NULL, 
	epoch INTEGER NOT NULL, 
	PRIMARY KEY (partition)
)
CREATE TABLE locks (
	name VARCHAR(255) NOT NULL, 
	holder VARCHAR(128) NOT NULL, 
	PRIMARY KEY (name)
)
CREATE TABLE own_errors (
	fingerprint VARCHAR(12) NOT NULL, 
	kind TEXT NOT NULL, 
	message TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	first_us BIGINT NOT NULL, 
	last_us BIGINT NOT NULL, 
	release TEXT NOT NULL, 
	PRIMARY KEY (fingerprint)
)
CREATE INDEX own_errors_by_time ON own_errors (last_us)
CREATE TABLE positions (
	topic VARCHAR(249) NOT NULL, 
	partition INTEGER NOT NULL, 
	next_offset BIGINT NOT NULL, 
	PRIMARY KEY (topic, partition)
)
CREATE TABLE projection (
	generation VARCHAR(32) NOT NULL, 
	cluster_id VARCHAR(64) NOT NULL, 
	PRIMARY KEY (generation)
)
CREATE TABLE redrives (
	job_id VARCHAR(36) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	redrive INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	topic VARCHAR(249) NOT NULL, 
	headers TEXT NOT NULL, 
	value BLOB, 
	at_us BIGINT NOT NULL, 
	PRIMARY KEY (job_id, stage, redrive)
)
CREATE INDEX redrives_by_state ON redrives (state)
CREATE TABLE replay_jobs (
	replay_id VARCHAR(36) NOT NULL, 
	number INTEGER NOT NULL, 
	source_job_id VARCHAR(36) NOT NULL, 
	job_id VARCHAR(36) NOT NULL, 
	outcome VARCHAR(16), 
	PRIMARY KEY (replay_id, number)
)
CREATE TABLE replay_manifests (
	replay_id VARCHAR(36) NOT NULL, 
	manifest BLOB NOT NULL, 
	PRIMARY KEY (replay_id)
)
CREATE TABLE replays (
	replay_id VARCHAR(36) NOT NULL, 
	tenant VARCHAR(63), 
	state VARCHAR(16) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	total INTEGER NOT NULL, 
	summary TEXT NOT NULL, 
	pace TEXT, 
	held_back_s FLOAT NOT NULL, 
	detail TEXT, 
	reason TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	by_key VARCHAR(12) NOT NULL, 
	by_tenant VARCHAR(63) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	request_id VARCHAR(128) NOT NULL, 
	created_us BIGINT NOT NULL, 
	ended_us BIGINT, 
	PRIMARY KEY (replay_id)
)
CREATE INDEX replays_by_state ON replays (state, created_us)
CREATE INDEX replays_by_time ON replays (created_us, replay_id)
CREATE INDEX replays_of_tenant ON replays (tenant, created_us, replay_id)
CREATE TABLE request_windows (
	tenant VARCHAR(63) NOT NULL, 
	minute BIGINT NOT NULL, 
	taken INTEGER NOT NULL, 
	PRIMARY KEY (tenant)
)
CREATE TABLE reservations (
	job_id VARCHAR(36) NOT NULL, 
	idempotency_key VARCHAR(255), 
	fingerprint VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	accepted_us BIGINT NOT NULL, 
	value BLOB NOT NULL, 
	fold TEXT, 
	tenant VARCHAR(63) DEFAULT 'default' NOT NULL, 
	PRIMARY KEY (job_id)
)
CREATE INDEX reservations_by_state ON reservations (state, accepted_us)
CREATE TABLE result_usage (
	stage VARCHAR(16) NOT NULL, 
	partition INTEGER NOT NULL, 
	input_tokens BIGINT NOT NULL, 
	output_tokens BIGINT NOT NULL, 
	cached_tokens BIGINT NOT NULL, 
	reasoning_tokens BIGINT NOT NULL, 
	nano_usd BIGINT NOT NULL, 
	PRIMARY KEY (stage, partition)
)
CREATE TABLE results (
	job_id VARCHAR(36) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	value BLOB NOT NULL, 
	PRIMARY KEY (job_id, stage)
)
CREATE TABLE signing_keys (
	name VARCHAR(32) NOT NULL, 
	secret BLOB NOT NULL, 
	PRIMARY KEY (name)
)
CREATE TABLE spending (
	tenant VARCHAR(63) NOT NULL, 
	day DATE NOT NULL, 
	micro_usd BIGINT NOT NULL, 
	PRIMARY KEY (tenant, day)
)
CREATE TABLE tenant_limits (
	tenant VARCHAR(63) NOT NULL, 
	limits TEXT NOT NULL, 
	set_us BIGINT NOT NULL, 
	PRIMARY KEY (tenant)
)
CREATE TABLE tombstones (
	job_id VARCHAR(36) NOT NULL, 
	tenant VARCHAR(63), 
	cause VARCHAR(16) NOT NULL, 
	accepted_us BIGINT NOT NULL, 
	gone_us BIGINT NOT NULL, 
	PRIMARY KEY (job_id)
)
CREATE INDEX tombstones_by_time ON tombstones (gone_us)
CREATE TABLE unread_records (
	topic VARCHAR(249) NOT NULL, 
	partition INTEGER NOT NULL, 
	"offset" BIGINT NOT NULL, 
	timestamp_ms BIGINT NOT NULL, 
	"key" BLOB NOT NULL, 
	headers TEXT NOT NULL, 
	value BLOB, 
	PRIMARY KEY (topic, partition, "offset")
)
CREATE TABLE webhook_attempts (
	delivery_id VARCHAR(36) NOT NULL, 
	number INTEGER NOT NULL, 
	at_us BIGINT NOT NULL, 
	duration_ms INTEGER NOT NULL, 
	status INTEGER, 
	error TEXT, 
	said TEXT NOT NULL, 
	PRIMARY KEY (delivery_id, number)
)
CREATE TABLE webhook_callbacks (
	job_id VARCHAR(36) NOT NULL, 
	endpoint_id VARCHAR(12) NOT NULL, 
	url TEXT NOT NULL, 
	events TEXT NOT NULL, 
	PRIMARY KEY (job_id)
)
CREATE INDEX webhook_callbacks_of_endpoint ON webhook_callbacks (endpoint_id)
CREATE TABLE webhook_deliveries (
	delivery_id VARCHAR(36) NOT NULL, 
	endpoint_id VARCHAR(12) NOT NULL, 
	tenant VARCHAR(63) NOT NULL, 
	sequence BIGINT NOT NULL, 
	type VARCHAR(64) NOT NULL, 
	job_id VARCHAR(36), 
	body TEXT NOT NULL, 
	occurred_us BIGINT NOT NULL, 
	created_us BIGINT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	due_us BIGINT NOT NULL, 
	holder VARCHAR(16), 
	attempts INTEGER NOT NULL, 
	sent INTEGER NOT NULL, 
	last_status INTEGER, 
	last_error TEXT, 
	url TEXT, 
	traceparent VARCHAR(55), 
	PRIMARY KEY (delivery_id)
)
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (state, created_us)
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (endpoint_id, state, due_us)
CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (endpoint_id, state, sequence)
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, sequence)
CREATE INDEX webhook_deliveries_of_job ON webhook_deliveries (job_id)
CREATE TABLE webhook_endpoints (
	endpoint_id VARCHAR(12) NOT NULL, 
	tenant VARCHAR(63) NOT NULL, 
	url TEXT NOT NULL, 
	events TEXT NOT NULL, 
	description TEXT NOT NULL, 
	secret TEXT NOT NULL, 
	old_secret TEXT, 
	old_until_us BIGINT, 
	created_us BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	disabled_us BIGINT, 
	disabled_why VARCHAR(16), 
	failing_since_us BIGINT, 
	told_percent INTEGER NOT NULL, 
	absences INTEGER NOT NULL, 
	held_until_us BIGINT, 
	next_us BIGINT, 
	sequence BIGINT NOT NULL, 
	is_for_jobs BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (endpoint_id)
)
CREATE INDEX webhook_endpoints_by_next ON webhook_endpoints (next_us)
CREATE INDEX webhook_endpoints_by_time ON webhook_endpoints (created_us, endpoint_id)
CREATE INDEX webhook_endpoints_of_tenant ON webhook_endpoints (tenant, created_us, endpoint_id)
