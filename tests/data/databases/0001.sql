BEGIN TRANSACTION;
CREATE TABLE articles (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	feed_id BIGINT NOT NULL, 
	owner BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	guid_key TEXT, 
	url TEXT, 
	title TEXT NOT NULL, 
	lead TEXT NOT NULL, 
	body TEXT NOT NULL, 
	key_points TEXT NOT NULL, 
	html TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	language TEXT, 
	published_at BIGINT NOT NULL, 
	seen_at BIGINT NOT NULL, 
	source_title TEXT NOT NULL, 
	source_host TEXT NOT NULL, 
	story_id BIGINT, 
	CONSTRAINT fk_articles_feed_id FOREIGN KEY(feed_id) REFERENCES feeds (id)
);
INSERT INTO "articles" VALUES(1,1,0,'c99fad554dd583a7475ad4b83533c1eca8776c4f','f6e3971d6c9e8ba4bb35795ec7b7199b31f697f2','http://127.0.0.1:44395/limmat/artikel/3','Föhnsturm deckt Dächer im Urnerland ab','In Altdorf wurden Böen von über 130 Kilometern pro Stunde gemessen.','Verletzt wurde niemand. Die Axenstrasse war während zweier Stunden gesperrt.','[]','<p>Verletzt wurde niemand. Die Axenstrasse war während zweier Stunden gesperrt.</p>','[]','de',1795990192000000,1796098202369439,'Limmat-Kurier','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(2,1,0,'88c3185bf2aaa8a6b6b6d37a6593faf8bbdc2b83','485cb73d6ab4aeb2546eb6a52e1961d64d92d0de','http://127.0.0.1:44395/limmat/artikel/2','Nordkoreanischer Hackergruppe werden Diebstähle an Kryptobörsen zugeschrieben','Ermittler haben die Spur gestohlener Gelder bis nach Pjöngjang verfolgt.','Die Gruppe soll seit Jahren im Auftrag des Staates arbeiten.','[]','<p>Die Gruppe soll seit Jahren im Auftrag des Staates arbeiten.</p>','[]','de',1796065792000000,1796098202369439,'Limmat-Kurier','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(3,1,0,'1f13a4f827e5866ba9fd8fe47fa3e4f6c7981e69','bb4cba62ce9953a6d656166a70aaab5ae590e1f0','http://127.0.0.1:44395/limmat/artikel/1','Stadtrat beschliesst neue Velowege am See','Zwischen Bellevue und Tiefenbrunnen sollen Velos ab dem Frühling eine eigene Spur bekommen.','Der Stadtrat hat am Morgen den Kredit gesprochen. Gebaut wird in drei Etappen.','[]','<p>Der Stadtrat hat am Morgen den Kredit gesprochen. Gebaut wird in drei Etappen.</p>','[]','de',1796080192000000,1796098202369439,'Limmat-Kurier','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(4,3,0,'f1fa6d8df79a5936d1f0b40eaab5b51aad93fc01','e5b0dc6490c0ce92b845dd4424f18ebcfe934d3f','http://127.0.0.1:44395/harbour/artikel/8','Trump and Putin speak by phone for an hour','Neither side would say whether a meeting had been agreed.','Officials described the tone of the call as businesslike.','[]','<p>Officials described the tone of the call as businesslike.</p>','[]','de',1796026192000000,1796098202376230,'The Harbour Post','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(5,3,0,'050df5bbefe8cf79f2b4ff1056f0a941231902c9','281c7503f6422161266364c57e00af93e68a29c6','http://127.0.0.1:44395/harbour/artikel/7','Ferry timetable changes from Monday','The first crossing will leave twenty minutes earlier, the company says.','Season tickets stay valid on all crossings.','[]','<p>Season tickets stay valid on all crossings.</p>','[]','de',1796090992000000,1796098202376230,'The Harbour Post','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(6,4,0,'559082d2e96b09f73ceea9f8dc6e60052d7e4563','41a2ab5fc11648e6f6cb23286491938a203cf189','http://127.0.0.1:44395/leman/artikel/10','Les vignerons de Lavaux saluent une récolte généreuse','Après deux années difficiles, les caves sont pleines.','La qualité est jugée très bonne.','[]','<p>La qualité est jugée très bonne.</p>','[]','de',1796000992000000,1796098202424966,'Courrier du Lac','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(7,4,0,'81f7c340dffd1e9c827b23cedb67295aa1574b90','b3f1bbb1cfafba657919749922d5e60f5c869821','http://127.0.0.1:44395/leman/artikel/9','La navigation reprend sur le lac après la bise','Les bateaux de ligne circulent de nouveau depuis midi.','Plusieurs débarcadères avaient été recouverts de glace.','[]','<p>Plusieurs débarcadères avaient été recouverts de glace.</p>','[]','de',1796076592000000,1796098202424966,'Courrier du Lac','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(8,5,0,'0c0870540a1b049da8daf04599965837c46122a9','fbaa66171862495e7a2baa0140d2d528f8369763','http://127.0.0.1:44395/ceresio/artikel/12','Aperta a Lugano la mostra sul lago e i suoi pescatori','Fotografie e reti raccontano un mestiere che scompare.','L''entrata è libera fino a domenica.','[]','<p>L''entrata è libera fino a domenica.</p>','[]','de',1795979392000000,1796098202436446,'Il Foglio del Ceresio','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(9,5,0,'1be6454d81ed023dc62e9f9557226a5da25ce64e','e91bea82af13380ffde5cf33c5a3902337aa6db5','http://127.0.0.1:44395/ceresio/artikel/11','Galleria del San Gottardo, traffico a rilento','Code di sei chilometri davanti al portale sud nella mattinata.','La situazione è tornata normale nel pomeriggio.','[]','<p>La situazione è tornata normale nel pomeriggio.</p>','[]','de',1796083792000000,1796098202436446,'Il Foglio del Ceresio','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(10,2,0,'44b03da4213de8e61164041b76089d7adcfbb180','a819ab20b67ceedd4616c9d8b13aa755799d9795','http://127.0.0.1:44395/elbe/artikel/6','Nordkorea lässt Ballons über die Grenze steigen','Der Süden antwortet mit Lautsprechern, aus denen Popmusik klingt.','Beide Seiten sprechen von einer Provokation der jeweils anderen.','[]','<p>Beide Seiten sprechen von einer Provokation der jeweils anderen.</p>','[]','de',1795918192000000,1796098202536797,'Elbe-Anzeiger','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(11,2,0,'a9fbae5ecdc045f12c1dd6bcb2bc116220196e7c','71dea2f7a41882885a74da6a35dd33dc468faff7','http://127.0.0.1:44395/elbe/artikel/5','Bundestag streitet über die Schuldenbremse','Die Debatte dauerte bis in die Nacht, abgestimmt wird am Freitag.','Redner aller Fraktionen warfen einander vor, Zahlen zu beschönigen.','[]','<p>Redner aller Fraktionen warfen einander vor, Zahlen zu beschönigen.</p>','[]','de',1796047792000000,1796098202536797,'Elbe-Anzeiger','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(12,2,0,'91319547a424b79d8bf8a140a3a9d3e138f5088a','38873e03b5f14a5a31d796dc538ee85e14158d73','http://127.0.0.1:44395/elbe/artikel/4','Elbtunnel an drei Wochenenden gesperrt','Autofahrer müssen im Dezember Umwege durch die Innenstadt einplanen.','Grund sind Arbeiten an der Lüftung.','[]','<p>Grund sind Arbeiten an der Lüftung.</p>','[]','de',1796087392000000,1796098202536797,'Elbe-Anzeiger','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(13,1,0,'c3fd02cbf806c73b2bdfe3f5a2f347ba10012f74','271503097fdcf76956fe121adf2d3f1fa6e0cdeb','http://127.0.0.1:44395/limmat/artikel/13','Treffen von Putin und Kim in Wladiwostok','','Die nordkoreanische Führung lädt zu einem Treffen ein.','[]','<p>Die nordkoreanische Führung lädt zu einem Treffen ein.</p>','[]','de',1796098204000000,1796098204795860,'Limmat-Kurier','127.0.0.1',NULL);
INSERT INTO "articles" VALUES(14,2,0,'f3a0bb0e708297dc0613b6d4222073a2ca8e16ec','d778cc9502e9e2bf47ff0ca9d1c31622326e545d','http://127.0.0.1:44395/elbe/artikel/14','Fussball: Der Final ist ausverkauft','','Alle Karten für den Final im Fussball sind weg.','[]','<p>Alle Karten für den Final im Fussball sind weg.</p>','[]','de',1796098204000000,1796098205065536,'Elbe-Anzeiger','127.0.0.1',NULL);
CREATE TABLE chats (
	id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	language TEXT, 
	reads TEXT NOT NULL, 
	timezone TEXT, 
	state TEXT NOT NULL, 
	state_at BIGINT NOT NULL, 
	paused_until BIGINT, 
	quiet_from INTEGER, 
	quiet_to INTEGER, 
	one_per_story BOOLEAN NOT NULL, 
	last_number INTEGER NOT NULL, 
	strikes INTEGER NOT NULL, 
	struck_at BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_chats PRIMARY KEY (id)
);
INSERT INTO "chats" VALUES(5300000001,'private','de','[]',NULL,'active',1796098203949721,NULL,NULL,NULL,1,2,0,NULL,1796098203949721);
INSERT INTO "chats" VALUES(5300000002,'private','en','[]',NULL,'active',1796098204534510,NULL,NULL,NULL,1,1,0,NULL,1796098204534510);
CREATE TABLE deliveries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	rank INTEGER NOT NULL, 
	lane BIGINT NOT NULL, 
	article_id BIGINT, 
	payload TEXT NOT NULL, 
	silent BOOLEAN NOT NULL, 
	plain BOOLEAN NOT NULL, 
	catch_up BOOLEAN NOT NULL, 
	state TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	uncertain INTEGER NOT NULL, 
	not_before BIGINT NOT NULL, 
	lease_owner TEXT, 
	lease_until BIGINT, 
	claimed_at BIGINT, 
	started_at BIGINT, 
	finished_at BIGINT, 
	message_id BIGINT, 
	reason TEXT, 
	seen_at BIGINT NOT NULL, 
	created_at BIGINT NOT NULL
);
INSERT INTO "deliveries" VALUES(1,5300000001,0,'c3fd02cbf806c73b2bdfe3f5a2f347ba10012f74','alert',1,13,13,'',0,0,0,'sent',1,0,1796098207110615,NULL,NULL,1796098207111813,1796098207193564,1796098207273410,7,NULL,1796098204795860,1796098204836851);
CREATE TABLE entries (
	feed_id BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	guid_key TEXT, 
	article_id BIGINT, 
	last_seen_at BIGINT NOT NULL, 
	CONSTRAINT pk_entries PRIMARY KEY (feed_id, "key"), 
	CONSTRAINT fk_entries_feed_id FOREIGN KEY(feed_id) REFERENCES feeds (id) ON DELETE CASCADE
);
INSERT INTO "entries" VALUES(1,'c99fad554dd583a7475ad4b83533c1eca8776c4f','f6e3971d6c9e8ba4bb35795ec7b7199b31f697f2',1,1796098202369832);
INSERT INTO "entries" VALUES(1,'88c3185bf2aaa8a6b6b6d37a6593faf8bbdc2b83','485cb73d6ab4aeb2546eb6a52e1961d64d92d0de',2,1796098202369832);
INSERT INTO "entries" VALUES(1,'1f13a4f827e5866ba9fd8fe47fa3e4f6c7981e69','bb4cba62ce9953a6d656166a70aaab5ae590e1f0',3,1796098202369832);
INSERT INTO "entries" VALUES(3,'f1fa6d8df79a5936d1f0b40eaab5b51aad93fc01','e5b0dc6490c0ce92b845dd4424f18ebcfe934d3f',4,1796098202376758);
INSERT INTO "entries" VALUES(3,'050df5bbefe8cf79f2b4ff1056f0a941231902c9','281c7503f6422161266364c57e00af93e68a29c6',5,1796098202376758);
INSERT INTO "entries" VALUES(4,'559082d2e96b09f73ceea9f8dc6e60052d7e4563','41a2ab5fc11648e6f6cb23286491938a203cf189',6,1796098202425420);
INSERT INTO "entries" VALUES(4,'81f7c340dffd1e9c827b23cedb67295aa1574b90','b3f1bbb1cfafba657919749922d5e60f5c869821',7,1796098202425420);
INSERT INTO "entries" VALUES(5,'0c0870540a1b049da8daf04599965837c46122a9','fbaa66171862495e7a2baa0140d2d528f8369763',8,1796098202436973);
INSERT INTO "entries" VALUES(5,'1be6454d81ed023dc62e9f9557226a5da25ce64e','e91bea82af13380ffde5cf33c5a3902337aa6db5',9,1796098202436973);
INSERT INTO "entries" VALUES(2,'44b03da4213de8e61164041b76089d7adcfbb180','a819ab20b67ceedd4616c9d8b13aa755799d9795',10,1796098202537194);
INSERT INTO "entries" VALUES(2,'a9fbae5ecdc045f12c1dd6bcb2bc116220196e7c','71dea2f7a41882885a74da6a35dd33dc468faff7',11,1796098202537194);
INSERT INTO "entries" VALUES(2,'91319547a424b79d8bf8a140a3a9d3e138f5088a','38873e03b5f14a5a31d796dc538ee85e14158d73',12,1796098202537194);
INSERT INTO "entries" VALUES(1,'c3fd02cbf806c73b2bdfe3f5a2f347ba10012f74','271503097fdcf76956fe121adf2d3f1fa6e0cdeb',13,1796098204796217);
INSERT INTO "entries" VALUES(2,'f3a0bb0e708297dc0613b6d4222073a2ca8e16ec','d778cc9502e9e2bf47ff0ca9d1c31622326e545d',14,1796098205066427);
CREATE TABLE facts (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY ("key")
);
INSERT INTO "facts" VALUES('menu','65e33a3ae0f9e7d4');
CREATE TABLE fanouts (
	article_id BIGINT NOT NULL, 
	matched BOOLEAN NOT NULL, 
	catch_up BOOLEAN NOT NULL, 
	chat_cursor BIGINT, 
	thread_cursor BIGINT, 
	lease_owner TEXT, 
	lease_until BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_fanouts PRIMARY KEY (article_id), 
	CONSTRAINT fk_fanouts_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE TABLE feed_choices (
	chat_id BIGINT NOT NULL, 
	feed_id BIGINT NOT NULL, 
	followed BOOLEAN NOT NULL, 
	CONSTRAINT pk_feed_choices PRIMARY KEY (chat_id, feed_id), 
	CONSTRAINT fk_feed_choices_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id) ON DELETE CASCADE, 
	CONSTRAINT fk_feed_choices_feed_id FOREIGN KEY(feed_id) REFERENCES feeds (id) ON DELETE CASCADE
);
CREATE TABLE feeds (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	wished_url TEXT NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	language TEXT, 
	declared_language TEXT, 
	full_text TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	owner BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	validators_url TEXT, 
	body_hash TEXT, 
	interval BIGINT NOT NULL, 
	next_poll_at BIGINT NOT NULL, 
	first_success_at BIGINT, 
	last_success_at BIGINT, 
	last_polled_at BIGINT, 
	listed_at BIGINT, 
	failures INTEGER NOT NULL, 
	error TEXT, 
	site_url TEXT, 
	ttl BIGINT, 
	skip_hours TEXT NOT NULL, 
	skip_days TEXT NOT NULL, 
	lease_owner TEXT, 
	lease_until BIGINT, 
	created_at BIGINT NOT NULL, 
	removed_at BIGINT
);
INSERT INTO "feeds" VALUES(1,'http://127.0.0.1:44395/limmat/feed.xml','http://127.0.0.1:44395/limmat/feed.xml','Limmat-Kurier','de','de','never','catalogue',0,'active','"dbe81eb63e7d8f2c2f68"','Tue, 01 Dec 2026 04:10:04 GMT','http://127.0.0.1:44395/limmat/feed.xml','23ead6bb387ffaaf0d6c33efc6c8e64c',1000000,1796098210833188,1796098202369263,1796098209776929,1796098209776929,1796098204796217,0,NULL,'http://127.0.0.1:44395/limmat/',NULL,'[]','[]',NULL,NULL,1796098199561190,NULL);
INSERT INTO "feeds" VALUES(2,'http://127.0.0.1:44395/elbe/feed.xml','http://127.0.0.1:44395/elbe/feed.xml','Elbe-Anzeiger','de','de','never','catalogue',0,'active','"4cffcb29874dee43faaa"','Tue, 01 Dec 2026 04:10:04 GMT','http://127.0.0.1:44395/elbe/feed.xml','234d9e8bdba1a3f6e7b355473d6c464b',1000000,1796098211024739,1796098202536768,1796098210019811,1796098210019811,1796098205066427,0,NULL,'http://127.0.0.1:44395/elbe/',NULL,'[]','[]',NULL,NULL,1796098199561190,NULL);
INSERT INTO "feeds" VALUES(3,'http://127.0.0.1:44395/harbour/feed.xml','http://127.0.0.1:44395/harbour/feed.xml','The Harbour Post','de','en','never','catalogue',0,'active','"9058ba046346235accf8"','Tue, 01 Dec 2026 04:09:52 GMT','http://127.0.0.1:44395/harbour/feed.xml','6fc11cc58e3598a7f47121a5ea0cbd5f',1000000,1796098210851267,1796098202376196,1796098209774141,1796098209774141,1796098202376758,0,NULL,'http://127.0.0.1:44395/harbour/',NULL,'[]','[]',NULL,NULL,1796098199561190,NULL);
INSERT INTO "feeds" VALUES(4,'http://127.0.0.1:44395/leman/feed.xml','http://127.0.0.1:44395/leman/feed.xml','Courrier du Lac','de','fr','never','catalogue',0,'active','"dfb9f731e7cc96e04271"','Tue, 01 Dec 2026 04:09:52 GMT','http://127.0.0.1:44395/leman/feed.xml','ddf7afcb2a12463c4ff0beb02729a0b5',1000000,1796098210788734,1796098202424937,1796098209772990,1796098209772990,1796098202425420,0,NULL,'http://127.0.0.1:44395/leman/',NULL,'[]','[]',NULL,NULL,1796098199561190,NULL);
INSERT INTO "feeds" VALUES(5,'http://127.0.0.1:44395/ceresio/feed.xml','http://127.0.0.1:44395/ceresio/feed.xml','Il Foglio del Ceresio','de','it','never','catalogue',0,'active','"376e7625b418b381d0a8"','Tue, 01 Dec 2026 04:09:52 GMT','http://127.0.0.1:44395/ceresio/feed.xml','99ace4cef393950ed6b801ba09878d34',1000000,1796098210864363,1796098202436336,1796098209776672,1796098209776672,1796098202436973,0,NULL,'http://127.0.0.1:44395/ceresio/',NULL,'[]','[]',NULL,NULL,1796098199561190,NULL);
CREATE TABLE leases (
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	fence BIGINT NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (name)
);
CREATE TABLE matches (
	article_id BIGINT NOT NULL, 
	query_id BIGINT NOT NULL, 
	evidence TEXT NOT NULL, 
	CONSTRAINT pk_matches PRIMARY KEY (article_id, query_id), 
	CONSTRAINT fk_matches_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "matches" VALUES(13,1,'[["Nordkorea","nordkoreanische","body","derivation",4,19]]');
INSERT INTO "matches" VALUES(13,2,'[["Putin","Putin","title","exact",12,17]]');
INSERT INTO "matches" VALUES(14,3,'[["Fussball","Fussball","title","exact",0,8],["Fussball","Fussball","body","exact",29,37]]');
CREATE TABLE pendings (
	chat_id BIGINT NOT NULL, 
	user_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_pendings PRIMARY KEY (chat_id, user_id)
);
CREATE TABLE people (
	id BIGINT NOT NULL, 
	access TEXT NOT NULL, 
	is_operator BOOLEAN NOT NULL, 
	name TEXT NOT NULL, 
	language TEXT, 
	created_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (id)
);
CREATE TABLE queries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	normal TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	retired BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL
);
INSERT INTO "queries" VALUES(1,'Nordkorea','compounds',0,1796098204010432);
INSERT INTO "queries" VALUES(2,'Putin -Kino','compounds',0,1796098204253307);
INSERT INTO "queries" VALUES(3,'Fussball','compounds',0,1796098204560692);
CREATE TABLE receivers (
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	digest TEXT, 
	next_due BIGINT, 
	last_digest_at BIGINT, 
	CONSTRAINT pk_receivers PRIMARY KEY (chat_id, thread_id), 
	CONSTRAINT fk_receivers_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id) ON DELETE CASCADE
);
CREATE TABLE stichwort_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT stichwort_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "stichwort_version" VALUES('0001');
CREATE TABLE subscriptions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	query_id BIGINT NOT NULL, 
	urgency TEXT NOT NULL, 
	title TEXT, 
	headline_only BOOLEAN NOT NULL, 
	paused BOOLEAN NOT NULL, 
	muted_until BIGINT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT fk_subscriptions_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id), 
	CONSTRAINT fk_subscriptions_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);
INSERT INTO "subscriptions" VALUES(1,5300000001,0,1,1,'instant',NULL,0,0,NULL,1796098204010432);
INSERT INTO "subscriptions" VALUES(2,5300000001,0,2,2,'instant',NULL,0,0,NULL,1796098204253307);
INSERT INTO "subscriptions" VALUES(3,5300000002,0,1,3,'instant',NULL,0,0,NULL,1796098204560692);
CREATE TABLE updates (
	id BIGINT NOT NULL, 
	body TEXT, 
	received_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	CONSTRAINT pk_updates PRIMARY KEY (id)
);
INSERT INTO "updates" VALUES(100000001,NULL,1796098203838684,1796098204125601);
INSERT INTO "updates" VALUES(100000002,NULL,1796098204137064,1796098204325203);
INSERT INTO "updates" VALUES(100000003,NULL,1796098204325671,1796098204434773);
INSERT INTO "updates" VALUES(100000004,NULL,1796098204435509,1796098204575084);
INSERT INTO "updates" VALUES(100000005,NULL,1796098204585613,1796098204606932);
INSERT INTO "updates" VALUES(100000006,NULL,1796098204610226,1796098204634975);
CREATE INDEX ix_feeds_next_poll_at ON feeds (next_poll_at) WHERE state IN ('active', 'failing');
CREATE INDEX ix_feeds_owner ON feeds (owner);
CREATE INDEX ix_feeds_url ON feeds (url);
CREATE UNIQUE INDEX uq_feeds_wished_url_owner ON feeds (wished_url, owner) WHERE state <> 'removed';
CREATE INDEX ix_articles_feed_id ON articles (feed_id);
CREATE INDEX ix_articles_key ON articles ("key");
CREATE INDEX ix_articles_owner ON articles (owner) WHERE owner <> 0;
CREATE INDEX ix_articles_seen_at ON articles (seen_at);
CREATE INDEX ix_articles_story_id ON articles (story_id);
CREATE INDEX ix_entries_feed_id_guid_key ON entries (feed_id, guid_key);
CREATE INDEX ix_chats_paused_until ON chats (paused_until) WHERE paused_until IS NOT NULL;
CREATE INDEX ix_receivers_next_due ON receivers (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX ix_people_is_operator ON people (id) WHERE is_operator;
CREATE INDEX ix_updates_unfinished ON updates (id) WHERE finished_at IS NULL;
CREATE INDEX ix_queries_retired ON queries (id) WHERE retired;
CREATE UNIQUE INDEX uq_queries_normal_mode ON queries (normal, mode) WHERE NOT retired;
CREATE UNIQUE INDEX uq_subscriptions_chat_id_number ON subscriptions (chat_id, number);
CREATE UNIQUE INDEX uq_subscriptions_query_id_chat_id_thread_id ON subscriptions (query_id, chat_id, thread_id);
CREATE INDEX ix_feed_choices_feed_id ON feed_choices (feed_id);
CREATE INDEX ix_matches_query_id_article_id ON matches (query_id, article_id);
CREATE INDEX ix_deliveries_article_id ON deliveries (article_id);
CREATE INDEX ix_deliveries_finished_at ON deliveries (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX ix_deliveries_lease_until ON deliveries (lease_until) WHERE state IN ('leased', 'sending');
CREATE INDEX ix_deliveries_not_before ON deliveries (not_before) WHERE state = 'queued';
CREATE INDEX ix_deliveries_queued ON deliveries (rank, id, not_before) WHERE state = 'queued';
CREATE UNIQUE INDEX uq_deliveries_chat_id_thread_id_key ON deliveries (chat_id, thread_id, "key");
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('feeds',5);
INSERT INTO "sqlite_sequence" VALUES('articles',14);
INSERT INTO "sqlite_sequence" VALUES('queries',3);
INSERT INTO "sqlite_sequence" VALUES('subscriptions',3);
INSERT INTO "sqlite_sequence" VALUES('deliveries',1);
COMMIT;
