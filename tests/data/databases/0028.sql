BEGIN TRANSACTION;
CREATE TABLE abstracts (
	article_id BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	asked_at BIGINT NOT NULL, 
	text TEXT, 
	CONSTRAINT pk_abstracts PRIMARY KEY (article_id), 
	CONSTRAINT fk_abstracts_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE TABLE alert_actions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	delivery_id BIGINT NOT NULL, 
	article_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	until BIGINT, 
	created_at BIGINT NOT NULL, 
	undone_at BIGINT, 
	CONSTRAINT fk_alert_actions_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id) ON DELETE CASCADE
);
CREATE TABLE archived (
	article_id BIGINT NOT NULL, 
	feed_id BIGINT NOT NULL, 
	owner BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	language TEXT, 
	published_at BIGINT NOT NULL, 
	source_title TEXT NOT NULL, 
	source_host TEXT NOT NULL, 
	"indexed" BOOLEAN NOT NULL, 
	words BLOB, 
	block BIGINT, 
	CONSTRAINT pk_archived PRIMARY KEY (article_id), 
	CONSTRAINT fk_archived_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "archived" VALUES(1,1,0,'65106a8f286d1bb3be65fb880c2c08824976ed79','de',1795990238000000,'Limmat-Kurier','127.0.0.1',1,X'0200000006000000100000001C00000024000000290000003B000000480000004E0000008E000000900000009D000000A4000000B3000000FF0000002E01000030010000430100006C01000078010000B8010000BC010000CC010000CE010000D0010000DE010000E2010000',NULL);
INSERT INTO "archived" VALUES(2,1,0,'0bd7068ad9261f6853e7b1e3cb907e135dbb9042','de',1796065838000000,'Limmat-Kurier','127.0.0.1',1,X'0C00000024000000270000002C0000003E00000044000000470000004C000000550000006D00000070000000880000008A000000BF000000CA000000DE0000000A01000010010000340100003A01000042010000660100008A01000090010000B4010000C3010000D9010000',NULL);
INSERT INTO "archived" VALUES(3,1,0,'b3199db1ba1b63564daa47ecd6791597d0a55ac8','de',1796080238000000,'Limmat-Kurier','127.0.0.1',1,X'16000000200000002E000000380000003C000000520000006400000083000000880000008D00000096000000A0000000A3000000AE000000B2000000BD000000D8000000DB0000000001000002010000140100001C01000020010000320100003E010000440100006B01000092010000AE010000C8010000',NULL);
INSERT INTO "archived" VALUES(4,2,0,'fc87fa2403b511dfd58280923e77cd914c3ceb08','de',1795918238000000,'Elbe-Anzeiger','127.0.0.1',1,X'13000000140000002000000041000000580000006B00000074000000760000008400000092000000C2000000C6000000CE00000004010000080100001101000022010000460100004A0100005B01000062010000980100009D010000B8010000E3010000',NULL);
INSERT INTO "archived" VALUES(5,2,0,'d2a2b7f18bc6df2b5415032f290cc198d0e8ec81','de',1796004638000000,'Elbe-Anzeiger','127.0.0.1',1,X'0400000018000000240000003600000051000000600000007C000000870000009F000000A6000000A8000000D0000000F6000000F800000010010000420100005901000066010000810100008E010000C1010000CE010000D2010000D4010000DB010000DC010000',NULL);
INSERT INTO "archived" VALUES(6,2,0,'290fc6a4fa3555b6a0863a3887ede9a15b5040df','de',1796047838000000,'Elbe-Anzeiger','127.0.0.1',1,X'1B0000001E000000240000003200000034000000660000007A0000007F000000AC000000B4000000BA000000BC000000DC000000DE000000FA000000110100001E010000440100009F010000BA010000BE010000C8010000D6010000E3010000',NULL);
INSERT INTO "archived" VALUES(7,2,0,'c0cc2864d3639157eb103d1180e9b9ce162a3974','de',1796087438000000,'Elbe-Anzeiger','127.0.0.1',1,X'0A0000000E000000220000002B000000420000004A0000005E0000009A000000AB000000BF00000008010000100100001501000016010000240100003101000042010000640100008E010000',NULL);
INSERT INTO "archived" VALUES(8,3,0,'d23b4c670195408884a8b011941f4ec9d0926985','de',1796026238000000,'The Harbour Post','127.0.0.1',1,X'680000006E0000007900000099000000B0000000B6000000BF000000C1000000CC000000D6000000E4000000E7000000E80000000C0100002B0100003C010000410100005C0100007001000075010000860100008C01000097010000A2010000A8010000C4010000CA010000',NULL);
INSERT INTO "archived" VALUES(9,3,0,'28038763aa028a4b2ca813ca17b44396f357da67','de',1796091038000000,'The Harbour Post','127.0.0.1',1,X'31000000630000008000000094000000B8000000ED000000F0000000F2000000F40000001A010000280100002D010000520100006001000072010000880100009A010000A2010000A4010000A7010000AC010000B2010000C6010000',NULL);
INSERT INTO "archived" VALUES(10,4,0,'f103e1f05035096d8ec6aa5e6775b79c752ce750','de',1796001038000000,'Courrier du Lac','127.0.0.1',1,X'08000000560000005B0000005D000000C4000000E2000000EA000000FD0000000E0100001201000026010000390100004801000054010000760100007A010000830100008501000094010000AA010000B1010000B7010000',NULL);
INSERT INTO "archived" VALUES(11,4,0,'9f14f1a39addfed4018b532dc1524c7f456ead53','de',1796076638000000,'Courrier du Lac','127.0.0.1',1,X'570000005C00000072000000C9000000D2000000D4000000E1000000EE000000FC0000000601000018010000360100004D0100004F01000051010000560100005E010000690100006E0100007C0100007F010000A1010000E0010000',NULL);
INSERT INTO "archived" VALUES(12,5,0,'e8a6f42f6f0620d78527eb0b3ff0639225576e3c','de',1795979438000000,'Il Foglio del Ceresio','127.0.0.1',1,X'B10000004D010000ED0100000A0200003002000041020000BC020000C8020000CD020000D6020000E0020000FD0200000D030000160300001E030000210300002F0300003403000038030000400300005B0300005D0300006403000080030000',NULL);
INSERT INTO "archived" VALUES(13,5,0,'db9a72a73c8417f5096b80ab8919e5ad8b1941fb','de',1796083838000000,'Il Foglio del Ceresio','127.0.0.1',1,X'56000000B1000000FC010000170200001D02000067020000AC020000BE020000C2020000C5020000C60200001A03000024030000260300002C03000030030000320300003B0300004203000046030000580300005E0300006103000080030000',NULL);
INSERT INTO "archived" VALUES(14,6,0,'b4f82820e6fb4670e161e9d109fd1d81f6122b56','de',1795972238000000,'Aare-Nachrichten','127.0.0.1',1,X'24000000F800000010010000C2010000F2010000180200001A020000250200002802000034020000370200003802000097020000F0020000040300002203000048030000630300006C0300007303000074030000',NULL);
INSERT INTO "archived" VALUES(15,6,0,'a2b9503e84dc7f575f1b5f94225cf2d25d685ddb','de',1796037038000000,'Aare-Nachrichten','127.0.0.1',1,X'BF000000C2000000030100000A01000010010000260200005A0200007E0200008C02000099020000A1020000A2020000CE020000D0020000E8020000F60200005203000079030000',NULL);
INSERT INTO "archived" VALUES(16,6,0,'75ddf0fac496d01f69f874e424dd66492e05e1d4','de',1796065838000000,'Aare-Nachrichten','127.0.0.1',1,X'BF000000CE00000000010000090100004301000062010000AE010000C8010000E5010000F4010000FE0100000802000011020000430200004402000053020000A4020000DB020000E6020000EA0200000203000010030000',NULL);
INSERT INTO "archived" VALUES(17,7,0,'8c3de9bec45289bbefd58a2c9d8d4fb249ccdb2d','de',1795986638000000,'Donau-Bote','127.0.0.1',1,X'CE00000045010000C2010000DC010000EE010000F0010000FA0100000E020000570200006D0200006E0200007C020000AB020000DC020000EE0200000F03000013030000',NULL);
INSERT INTO "archived" VALUES(18,7,0,'431817e433eb8d965b3656ca05e69c2954e73d1b','de',1796037038000000,'Donau-Bote','127.0.0.1',1,X'BC00000043010000FE0100000C0200001F0200002E0200003B0200005902000076020000AE020000B2020000D0020000DE0200004B03000050030000',NULL);
INSERT INTO "archived" VALUES(19,7,0,'aab5520941047aeb9ea777a5079a6ad707e3ec2e','de',1796058638000000,'Donau-Bote','127.0.0.1',1,X'240000004C0000006201000067010000BA010000C9010000DC010000F801000004020000240200003C020000810200009C020000B9020000D0020000F3020000F802000008030000360300003C030000480300006E03000070030000740300007C0300007F030000',NULL);
INSERT INTO "archived" VALUES(20,7,0,'81270d119bd08bfe055e46ba15deb9853f6a8350','de',1796065838000000,'Donau-Bote','127.0.0.1',1,X'BC000000DF0000000801000010010000E601000001020000120200004702000048020000620200008A020000B0020000B6020000E50200004C0300006803000077030000',NULL);
INSERT INTO "archived" VALUES(21,8,0,'7afde32582b714295cfc000794fc510ff7c0235f','de',1796037038000000,'Rheinisches Echo','127.0.0.1',1,X'20000000B200000010010000E8010000270200004E020000510200005E020000740200008902000090020000CF020000E8020000EC020000FE0200002803000063030000660300006B030000',NULL);
INSERT INTO "archived" VALUES(22,8,0,'174705e5f98c85128fafb824c4180ddf37d2af74','de',1796037038000000,'Rheinisches Echo','127.0.0.1',1,X'20000000BD000000F80000004201000020020000260200005C020000770200007902000092020000B1020000C0020000CE020000020300000603000083030000',NULL);
INSERT INTO "archived" VALUES(23,8,0,'028460786e669bad1139c5084594715d527b154d','de',1796065838000000,'Rheinisches Echo','127.0.0.1',1,X'BF000000F60000001001000067010000C801000014020000220200003202000061020000650200006A020000B4020000D8020000150300001C0300002A03000055030000',NULL);
INSERT INTO "archived" VALUES(24,8,0,'bd6e754e53fedd282f5f2de2564274ff254cf248','de',1796069438000000,'Rheinisches Echo','127.0.0.1',1,X'20000000240000008E000000B200000001010000080100002001000063010000F70100002A0200003E0200004C0200006902000095020000B3020000BA020000D3020000D4020000E2020000F40200000B0300003E03000045030000',NULL);
INSERT INTO "archived" VALUES(25,9,0,'227ef16b6cf9acb4a0f6273fb6b59273c8e0a6f9','de',1795993838000000,'Säntis-Bote','127.0.0.1',1,X'090100001001000067010000AE010000CE010000060200002C02000063020000710200007A020000840200009E020000A6020000A8020000CE020000E5020000100300004E0300005603000077030000',NULL);
INSERT INTO "archived" VALUES(26,9,0,'df99c8c7796b200fdfd7067def96098755652ca7','de',1796073038000000,'Säntis-Bote','127.0.0.1',1,X'DE00000002010000440100006201000067010000EB010000FE010000020200004A020000540200007202000083020000860200008F0200009A020000CA020000FA02000000030000190300007A030000',NULL);
INSERT INTO "archived" VALUES(27,1,0,'ae21a8bf9d58d9924cb1b87e8db919ffee995808','de',1796098260000000,'Limmat-Kurier','127.0.0.1',1,X'240000007900000045010000AF010000B9010000D6010000CE020000D00200008403000087030000890300008B0300008C0300008E030000',NULL);
INSERT INTO "archived" VALUES(28,2,0,'36b8e8bb63ef0d8c5cf2ff0dd5b655faf791aea4','de',1796098260000000,'Elbe-Anzeiger','127.0.0.1',1,X'2100000002010000420100008E010000E80200000303000090030000930300009503000096030000990300009A030000',NULL);
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
	story_id BIGINT, is_day BOOLEAN DEFAULT 0 NOT NULL, updated_at BIGINT, is_paid BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT fk_articles_feed_id FOREIGN KEY(feed_id) REFERENCES feeds (id)
);
INSERT INTO "articles" VALUES(1,1,0,'65106a8f286d1bb3be65fb880c2c08824976ed79','f6e3971d6c9e8ba4bb35795ec7b7199b31f697f2','http://127.0.0.1:42093/limmat/artikel/3','Föhnsturm deckt Dächer im Urnerland ab','In Altdorf wurden Böen von über 130 Kilometern pro Stunde gemessen.','Verletzt wurde niemand. Die Axenstrasse war während zweier Stunden gesperrt.','[]','<p>Verletzt wurde niemand. Die Axenstrasse war während zweier Stunden gesperrt.</p>','[]','de',1795990238000000,1796098257128879,'Limmat-Kurier','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(2,1,0,'0bd7068ad9261f6853e7b1e3cb907e135dbb9042','485cb73d6ab4aeb2546eb6a52e1961d64d92d0de','http://127.0.0.1:42093/limmat/artikel/2','Nordkoreanischer Hackergruppe werden Diebstähle an Kryptobörsen zugeschrieben','Ermittler haben die Spur gestohlener Gelder bis nach Pjöngjang verfolgt.','Die Gruppe soll seit Jahren im Auftrag des Staates arbeiten.','[]','<p>Die Gruppe soll seit Jahren im Auftrag des Staates arbeiten.</p>','[]','de',1796065838000000,1796098257128879,'Limmat-Kurier','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(3,1,0,'b3199db1ba1b63564daa47ecd6791597d0a55ac8','bb4cba62ce9953a6d656166a70aaab5ae590e1f0','http://127.0.0.1:42093/limmat/artikel/1','Stadtrat beschliesst neue Velowege am See','Zwischen Bellevue und Tiefenbrunnen sollen Velos ab dem Frühling eine eigene Spur bekommen.','Der Stadtrat hat am Morgen den Kredit gesprochen. Gebaut wird in drei Etappen.','[]','<p>Der Stadtrat hat am Morgen den Kredit gesprochen. Gebaut wird in drei Etappen.</p>','[]','de',1796080238000000,1796098257128879,'Limmat-Kurier','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(4,2,0,'fc87fa2403b511dfd58280923e77cd914c3ceb08','a819ab20b67ceedd4616c9d8b13aa755799d9795','http://127.0.0.1:42093/elbe/artikel/6','Nordkorea lässt Ballons über die Grenze steigen','Der Süden antwortet mit Lautsprechern, aus denen Popmusik klingt.','Beide Seiten sprechen von einer Provokation der jeweils anderen.','[]','<p>Beide Seiten sprechen von einer Provokation der jeweils anderen.</p>','[]','de',1795918238000000,1796098257625091,'Elbe-Anzeiger','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(5,2,0,'d2a2b7f18bc6df2b5415032f290cc198d0e8ec81','f7be463881f48f6fbc8ae1f9fe44340f318bce2c','http://127.0.0.1:42093/elbe/artikel/7','VW ruft Kleinbusse wegen loser Spiegel zurück','Betroffen sind 3000 Wagen, die im Frühjahr ausgeliefert wurden.','Die Werkstätten ziehen zwei Schrauben nach, das dauert zehn Minuten.','[]','<p>Die Werkstätten ziehen zwei Schrauben nach, das dauert zehn Minuten.</p>','[]','de',1796004638000000,1796098257625091,'Elbe-Anzeiger','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(6,2,0,'290fc6a4fa3555b6a0863a3887ede9a15b5040df','71dea2f7a41882885a74da6a35dd33dc468faff7','http://127.0.0.1:42093/elbe/artikel/5','Bundestag streitet über die Schuldenbremse','Die Debatte dauerte bis in die Nacht, abgestimmt wird am Freitag.','Redner aller Fraktionen warfen einander vor, Zahlen zu beschönigen.','[]','<p>Redner aller Fraktionen warfen einander vor, Zahlen zu beschönigen.</p>','[]','de',1796047838000000,1796098257625091,'Elbe-Anzeiger','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(7,2,0,'c0cc2864d3639157eb103d1180e9b9ce162a3974','38873e03b5f14a5a31d796dc538ee85e14158d73','http://127.0.0.1:42093/elbe/artikel/4','Elbtunnel an drei Wochenenden gesperrt','Autofahrer müssen im Dezember Umwege durch die Innenstadt einplanen.','Grund sind Arbeiten an der Lüftung.','[]','<p>Grund sind Arbeiten an der Lüftung.</p>','[]','de',1796087438000000,1796098257625091,'Elbe-Anzeiger','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(8,3,0,'d23b4c670195408884a8b011941f4ec9d0926985','24a54893ab93b161d025eb8fe4d79644af6bd94c','http://127.0.0.1:42093/harbour/artikel/14','Trump and Putin speak by phone for an hour','Neither side would say whether a meeting had been agreed.','Officials described the tone of the call as businesslike.','[]','<p>Officials described the tone of the call as businesslike.</p>','[]','de',1796026238000000,1796098257729978,'The Harbour Post','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(9,3,0,'28038763aa028a4b2ca813ca17b44396f357da67','a666eae04d80df41be50e45f8e3d9eaa69498429','http://127.0.0.1:42093/harbour/artikel/13','Ferry timetable changes from Monday','The first crossing will leave twenty minutes earlier, the company says.','Season tickets stay valid on all crossings.','[]','<p>Season tickets stay valid on all crossings.</p>','[]','de',1796091038000000,1796098257729978,'The Harbour Post','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(10,4,0,'f103e1f05035096d8ec6aa5e6775b79c752ce750','de0d1cdee1acde2d99871f189af69f20404a3f60','http://127.0.0.1:42093/leman/artikel/16','Les vignerons de Lavaux saluent une récolte généreuse','Après deux années difficiles, les caves sont pleines.','La qualité est jugée très bonne.','[]','<p>La qualité est jugée très bonne.</p>','[]','de',1796001038000000,1796098257757053,'Courrier du Lac','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(11,4,0,'9f14f1a39addfed4018b532dc1524c7f456ead53','e3bd0cada5e56f9cf0840de972763cb3ec30b836','http://127.0.0.1:42093/leman/artikel/15','La navigation reprend sur le lac après la bise','Les bateaux de ligne circulent de nouveau depuis midi.','Plusieurs débarcadères avaient été recouverts de glace.','[]','<p>Plusieurs débarcadères avaient été recouverts de glace.</p>','[]','de',1796076638000000,1796098257757053,'Courrier du Lac','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(12,5,0,'e8a6f42f6f0620d78527eb0b3ff0639225576e3c','9c52e7fbc345ae66a4e2c384311d44c150104822','http://127.0.0.1:42093/ceresio/artikel/18','Aperta a Lugano la mostra sul lago e i suoi pescatori','Fotografie e reti raccontano un mestiere che scompare.','L''entrata è libera fino a domenica.','[]','<p>L''entrata è libera fino a domenica.</p>','[]','de',1795979438000000,1796098257786822,'Il Foglio del Ceresio','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(13,5,0,'db9a72a73c8417f5096b80ab8919e5ad8b1941fb','8dc0d189e5923333f63a4de2ddfb7739d4254ec4','http://127.0.0.1:42093/ceresio/artikel/17','Galleria del San Gottardo, traffico a rilento','Code di sei chilometri davanti al portale sud nella mattinata.','La situazione è tornata normale nel pomeriggio.','[]','<p>La situazione è tornata normale nel pomeriggio.</p>','[]','de',1796083838000000,1796098257786822,'Il Foglio del Ceresio','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(14,6,0,'b4f82820e6fb4670e161e9d109fd1d81f6122b56','d03b6540a9bddb896d0dd3f38abfe34ef81f6178','http://127.0.0.1:42093/aare/artikel/9','Volkswagens Händler werben um Lehrlinge','Gesucht werden junge Leute, die Batterien so gern mögen wie Getriebe.','Die Lehre dauert vier Jahre.','[]','<p>Die Lehre dauert vier Jahre.</p>','[]','de',1795972238000000,1796098257806461,'Aare-Nachrichten','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(15,6,0,'a2b9503e84dc7f575f1b5f94225cf2d25d685ddb','dffd6f6cdb5b9c9f00261f257c14160d0f8d243a','http://127.0.0.1:42093/aare/artikel/22','Wochenmarkt zieht an den Waisenhausplatz','Während des Umbaus stehen die Stände für ein halbes Jahr an einem anderen Ort.','Während des Umbaus stehen die Stände für ein halbes Jahr an einem anderen Ort.','[]','<p>Während des Umbaus stehen die Stände für ein halbes Jahr an einem anderen Ort.</p>','[]','de',1796037038000000,1796098257806461,'Aare-Nachrichten','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(16,6,0,'75ddf0fac496d01f69f874e424dd66492e05e1d4','607fb98f22e68d71d2f4ce75ae066e08e9fa8b9d','http://127.0.0.1:42093/aare/artikel/21','Neues Freibad an der Aare eröffnet im Mai','Das Becken ist fünfzig Meter lang und wird mit Wärme aus dem Fluss geheizt.','Das Becken ist fünfzig Meter lang und wird mit Wärme aus dem Fluss geheizt.','[]','<p>Das Becken ist fünfzig Meter lang und wird mit Wärme aus dem Fluss geheizt.</p>','[]','de',1796065838000000,1796098257806461,'Aare-Nachrichten','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(17,7,0,'8c3de9bec45289bbefd58a2c9d8d4fb249ccdb2d','32e525b3e4b19e116b11f43ad6ccd004144abcb3','http://127.0.0.1:42093/donau/artikel/11','Schnee legt Züge in Oberfranken lahm','Auf zwei Strecken fahren Busse.','Auch aus Frankreich werden Schneefälle gemeldet.','[]','<p>Auch aus Frankreich werden Schneefälle gemeldet.</p>','[]','de',1795986638000000,1796098257873396,'Donau-Bote','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(18,7,0,'431817e433eb8d965b3656ca05e69c2954e73d1b','13a677b008556d32a01e4b798209613c82b14b0b','http://127.0.0.1:42093/donau/artikel/24','Linzer Orchester spielt im Hafen','Das Konzert am Sonntag findet auf einem alten Frachtschiff statt.','Das Konzert am Sonntag findet auf einem alten Frachtschiff statt.','[]','<p>Das Konzert am Sonntag findet auf einem alten Frachtschiff statt.</p>','[]','de',1796037038000000,1796098257873396,'Donau-Bote','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(19,7,0,'aab5520941047aeb9ea777a5079a6ad707e3ec2e','39a27aadbc762710ca6fc027d05befa6bf6378ea','http://127.0.0.1:42093/donau/artikel/10','Ölpreis gibt nach, Tanken wird billiger','Ein Liter kostet so wenig wie zuletzt vor zwei Jahren.','Händler rechnen mit einem ruhigen Winter. Die Bevölkerung heizt weniger.','[]','<p>Händler rechnen mit einem ruhigen Winter. Die Bevölkerung heizt weniger.</p>','[]','de',1796058638000000,1796098257873396,'Donau-Bote','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(20,7,0,'81270d119bd08bfe055e46ba15deb9853f6a8350','519297281ce75428f5748b8fa26627c02d18f908','http://127.0.0.1:42093/donau/artikel/23','Donaufähre fährt wieder bis Mitternacht','Nach der Revision verbindet die Fähre beide Ufer auch am späten Abend.','Nach der Revision verbindet die Fähre beide Ufer auch am späten Abend.','[]','<p>Nach der Revision verbindet die Fähre beide Ufer auch am späten Abend.</p>','[]','de',1796065838000000,1796098257873396,'Donau-Bote','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(21,8,0,'7afde32582b714295cfc000794fc510ff7c0235f','5025cf0a84473de3daa1df919a756b2548bac5db','http://127.0.0.1:42093/rhein/artikel/12','Torhüter Neuer verlängert um ein Jahr','Der Verein nennt ihn unersetzlich.','Neue Regeln für die Abseitslinie gelten ab Sommer.','[]','<p>Neue Regeln für die Abseitslinie gelten ab Sommer.</p>','[]','de',1796037038000000,1796098257925497,'Rheinisches Echo','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(22,8,0,'174705e5f98c85128fafb824c4180ddf37d2af74','92a96d49017f4d06f3b5f3349fa77f5e75d685e6','http://127.0.0.1:42093/rhein/artikel/26','Stadtbibliothek öffnet auch am Sonntag','Der Versuch dauert ein Jahr, Personal ist dann keines im Haus.','Der Versuch dauert ein Jahr, Personal ist dann keines im Haus.','[]','<p>Der Versuch dauert ein Jahr, Personal ist dann keines im Haus.</p>','[]','de',1796037038000000,1796098257925497,'Rheinisches Echo','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(23,8,0,'028460786e669bad1139c5084594715d527b154d','fff369efcb34496e8e3b5487956d917b48165e70','http://127.0.0.1:42093/rhein/artikel/25','Rheinpegel steigt nach Regen leicht an','Für die Schifffahrt bedeutet das mehr Ladung, Hochwasser wird nicht erwartet.','Für die Schifffahrt bedeutet das mehr Ladung, Hochwasser wird nicht erwartet.','[]','<p>Für die Schifffahrt bedeutet das mehr Ladung, Hochwasser wird nicht erwartet.</p>','[]','de',1796065838000000,1796098257925497,'Rheinisches Echo','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(24,8,0,'bd6e754e53fedd282f5f2de2564274ff254cf248','e6c1f15964c780c2d1af0d2767777de0142a87b7','http://127.0.0.1:42093/rhein/artikel/8','Volkswagen einigt sich mit dem Betriebsrat auf kürzere Schichten','Die Nachtschicht endet ab Januar eine Stunde früher.','Der Lohn bleibt gleich, sagt der Betriebsrat.','[]','<p>Der Lohn bleibt gleich, sagt der Betriebsrat.</p>','[]','de',1796069438000000,1796098257925497,'Rheinisches Echo','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(25,9,0,'227ef16b6cf9acb4a0f6273fb6b59273c8e0a6f9','d3cb527c1e24e15a8099e6ab828652f0db549594','http://127.0.0.1:42093/saentis/artikel/20','Schwebebahn fährt nach der Revision wieder','Zwei Wochen lang standen die Kabinen still.','Ersetzt wurden die Zugseile und ein Teil der Steuerung.','[]','<p>Ersetzt wurden die Zugseile und ein Teil der Steuerung.</p>','[]','de',1795993838000000,1796098257961021,'Säntis-Bote','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(26,9,0,'df99c8c7796b200fdfd7067def96098755652ca7','93aab6ecd77cfb485a76b41de24273231cdf7241','http://127.0.0.1:42093/saentis/artikel/19','Alpabzug lockt Tausende nach Urnäsch','Neun Sennen zogen mit ihren Tieren durchs Dorf.','Das Wetter hielt bis in den Nachmittag.','[]','<p>Das Wetter hielt bis in den Nachmittag.</p>','[]','de',1796073038000000,1796098257961021,'Säntis-Bote','127.0.0.1',NULL,0,NULL,0);
INSERT INTO "articles" VALUES(27,1,0,'ae21a8bf9d58d9924cb1b87e8db919ffee995808','cef135e77ee6e4c0ea9d1a282f82a323677c51bf','http://127.0.0.1:42093/limmat/artikel/27','Treffen von Putin und Kim in Wladiwostok','','Die nordkoreanische Führung lädt zu einem Treffen ein.','[]','<p>Die nordkoreanische Führung lädt zu einem Treffen ein.</p>','[]','de',1796098260000000,1796098260205013,'Limmat-Kurier','127.0.0.1',27,0,NULL,0);
INSERT INTO "articles" VALUES(28,2,0,'36b8e8bb63ef0d8c5cf2ff0dd5b655faf791aea4','023d88ea75612239e8cd0b23aa8c23214fa57716','http://127.0.0.1:42093/elbe/artikel/28','Fussball: Der Final ist ausverkauft','','Alle Karten für den Final im Fussball sind weg.','[]','<p>Alle Karten für den Final im Fussball sind weg.</p>','[]','de',1796098260000000,1796098260779076,'Elbe-Anzeiger','127.0.0.1',28,0,NULL,0);
CREATE TABLE bans (
	hash TEXT NOT NULL, 
	banned_at BIGINT NOT NULL, 
	CONSTRAINT pk_bans PRIMARY KEY (hash)
);
CREATE TABLE blocks (
	id BIGINT NOT NULL, 
	CONSTRAINT pk_blocks PRIMARY KEY (id)
);
CREATE TABLE broadcasts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	user_id BIGINT NOT NULL, 
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	message_id BIGINT, 
	text TEXT NOT NULL, 
	state TEXT NOT NULL, 
	chats INTEGER NOT NULL, 
	is_stopped BOOLEAN NOT NULL, 
	reached BIGINT, 
	created_at BIGINT NOT NULL
);
CREATE TABLE channels (
	chat_id BIGINT NOT NULL, 
	manager_id BIGINT NOT NULL, 
	title TEXT NOT NULL, 
	silenced TEXT, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_channels PRIMARY KEY (chat_id), 
	CONSTRAINT fk_channels_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id) ON DELETE CASCADE
);
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
	created_at BIGINT NOT NULL, flooded_until BIGINT, release_at BIGINT, pictures TEXT DEFAULT 'off' NOT NULL, 
	CONSTRAINT pk_chats PRIMARY KEY (id)
);
INSERT INTO "chats" VALUES(5300000001,'private','de','[]',NULL,'active',1796098254916281,NULL,1320,420,1,2,0,NULL,1796098254916281,NULL,1796104800000000,'off');
INSERT INTO "chats" VALUES(5300000002,'private','en','[]',NULL,'active',1796098258714133,NULL,NULL,NULL,1,1,0,NULL,1796098258714133,NULL,NULL,'off');
CREATE TABLE deliveries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	rank INTEGER NOT NULL, 
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
, turn BIGINT DEFAULT '0' NOT NULL, released BOOLEAN DEFAULT 0 NOT NULL, parent BIGINT);
INSERT INTO "deliveries" VALUES(1,5300000001,0,'ae21a8bf9d58d9924cb1b87e8db919ffee995808','alert',1,27,'',0,0,0,'held',0,0,1796098260657784,NULL,NULL,1796098260926572,NULL,NULL,NULL,'quiet',1796098260205013,1796098260657784,0,0,NULL);
CREATE TABLE entries (
	feed_id BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	guid_key TEXT, 
	article_id BIGINT, 
	last_seen_at BIGINT NOT NULL, link_key TEXT, fragment_key TEXT, title_key TEXT, lead_key TEXT, dated BIGINT, states TEXT, page_key TEXT, 
	CONSTRAINT pk_entries PRIMARY KEY (feed_id, "key"), 
	CONSTRAINT fk_entries_feed_id FOREIGN KEY(feed_id) REFERENCES feeds (id) ON DELETE CASCADE
);
INSERT INTO "entries" VALUES(1,'65106a8f286d1bb3be65fb880c2c08824976ed79','f6e3971d6c9e8ba4bb35795ec7b7199b31f697f2',1,1796098257140850,'65106a8f286d1bb3be65fb880c2c08824976ed79',NULL,'f7c61de153b9da3c','70c1f3d5af73e2b1',1795990238,'95f83f539db9f1df','7f3ff06f1ed88120');
INSERT INTO "entries" VALUES(1,'0bd7068ad9261f6853e7b1e3cb907e135dbb9042','485cb73d6ab4aeb2546eb6a52e1961d64d92d0de',2,1796098257140850,'0bd7068ad9261f6853e7b1e3cb907e135dbb9042',NULL,'cb62ba1c43884b0f','36bbf23f4250e481',1796065838,'bb20f3b4d20cb81d','54a3e328ee92d2de');
INSERT INTO "entries" VALUES(1,'b3199db1ba1b63564daa47ecd6791597d0a55ac8','bb4cba62ce9953a6d656166a70aaab5ae590e1f0',3,1796098257140850,'b3199db1ba1b63564daa47ecd6791597d0a55ac8',NULL,'41d8b7ace89a8306','a71adf1da2499fc7',1796080238,'3d395ea01055e95a','bcdbdb082157b6e9');
INSERT INTO "entries" VALUES(2,'fc87fa2403b511dfd58280923e77cd914c3ceb08','a819ab20b67ceedd4616c9d8b13aa755799d9795',4,1796098257629843,'fc87fa2403b511dfd58280923e77cd914c3ceb08',NULL,'836b6009e46e89c1','9fcaa8a0ccaa839e',1795918238,'d30e2eb46333e71b','09be56051bc0fc86');
INSERT INTO "entries" VALUES(2,'d2a2b7f18bc6df2b5415032f290cc198d0e8ec81','f7be463881f48f6fbc8ae1f9fe44340f318bce2c',5,1796098257629843,'d2a2b7f18bc6df2b5415032f290cc198d0e8ec81',NULL,'f97efa941032ca73','4c811819aa8d96a6',1796004638,'b58d11d67d7d406d','96abd8dfd599e5f6');
INSERT INTO "entries" VALUES(2,'290fc6a4fa3555b6a0863a3887ede9a15b5040df','71dea2f7a41882885a74da6a35dd33dc468faff7',6,1796098257629843,'290fc6a4fa3555b6a0863a3887ede9a15b5040df',NULL,'137138eeaaac4aae','6db70652b147da35',1796047838,'537bb750d81fe966','86a35c8ab3be1c3f');
INSERT INTO "entries" VALUES(2,'c0cc2864d3639157eb103d1180e9b9ce162a3974','38873e03b5f14a5a31d796dc538ee85e14158d73',7,1796098257629843,'c0cc2864d3639157eb103d1180e9b9ce162a3974',NULL,'64b5bd1d29699568','ebe6a2af0a8c483a',1796087438,'cb99bfa93f54cf46','0d74fd9f7a98aa1f');
INSERT INTO "entries" VALUES(3,'d23b4c670195408884a8b011941f4ec9d0926985','24a54893ab93b161d025eb8fe4d79644af6bd94c',8,1796098257732930,'d23b4c670195408884a8b011941f4ec9d0926985',NULL,'7e0b7782db015e36','1970fd1e82cbcbfb',1796026238,'63516e71bfeb28f5','7a105dddc3fd804d');
INSERT INTO "entries" VALUES(3,'28038763aa028a4b2ca813ca17b44396f357da67','a666eae04d80df41be50e45f8e3d9eaa69498429',9,1796098257732930,'28038763aa028a4b2ca813ca17b44396f357da67',NULL,'94ae8cd70f9a7a2b','1c6dae193c513037',1796091038,'078b7dc2cdec4c8c','af146a6d5b101798');
INSERT INTO "entries" VALUES(4,'f103e1f05035096d8ec6aa5e6775b79c752ce750','de0d1cdee1acde2d99871f189af69f20404a3f60',10,1796098257757937,'f103e1f05035096d8ec6aa5e6775b79c752ce750',NULL,'b608f0c0f1a89f21','07a0c21b5ec33ea5',1796001038,'d87cd3984d4d67f1','634caa633247a9f4');
INSERT INTO "entries" VALUES(4,'9f14f1a39addfed4018b532dc1524c7f456ead53','e3bd0cada5e56f9cf0840de972763cb3ec30b836',11,1796098257757937,'9f14f1a39addfed4018b532dc1524c7f456ead53',NULL,'17274750bcc8079f','2e0e32a8ea80084a',1796076638,'d260f0f5223765f8','26065ca0e5d76747');
INSERT INTO "entries" VALUES(5,'e8a6f42f6f0620d78527eb0b3ff0639225576e3c','9c52e7fbc345ae66a4e2c384311d44c150104822',12,1796098257787758,'e8a6f42f6f0620d78527eb0b3ff0639225576e3c',NULL,'7d2fbfaafef58e34','d112ed2bea56c4ce',1795979438,'27a37f47e2c37b53','070688c1edbf09f7');
INSERT INTO "entries" VALUES(5,'db9a72a73c8417f5096b80ab8919e5ad8b1941fb','8dc0d189e5923333f63a4de2ddfb7739d4254ec4',13,1796098257787758,'db9a72a73c8417f5096b80ab8919e5ad8b1941fb',NULL,'72aadd6fb57e7fae','9110a0bb886b562d',1796083838,'1a1f19707eab366f','1f86852a665c9599');
INSERT INTO "entries" VALUES(6,'b4f82820e6fb4670e161e9d109fd1d81f6122b56','d03b6540a9bddb896d0dd3f38abfe34ef81f6178',14,1796098257807705,'b4f82820e6fb4670e161e9d109fd1d81f6122b56',NULL,'25082df02de48972','46cfc51a1b2c713e',1795972238,'1c458ee5eca9e956','4e57cef4a7f8156a');
INSERT INTO "entries" VALUES(6,'a2b9503e84dc7f575f1b5f94225cf2d25d685ddb','dffd6f6cdb5b9c9f00261f257c14160d0f8d243a',15,1796098257807705,'a2b9503e84dc7f575f1b5f94225cf2d25d685ddb',NULL,'241a4a7d117f6008','1cd16b6e393c06a8',1796037038,'1a4e6281aacd6d44','d031d061f3531460');
INSERT INTO "entries" VALUES(6,'75ddf0fac496d01f69f874e424dd66492e05e1d4','607fb98f22e68d71d2f4ce75ae066e08e9fa8b9d',16,1796098257807705,'75ddf0fac496d01f69f874e424dd66492e05e1d4',NULL,'60e53e2134e15e02','0cb000fad83c7b78',1796065838,'51ed4dfdca8ef375','369bdcd99af2873d');
INSERT INTO "entries" VALUES(7,'8c3de9bec45289bbefd58a2c9d8d4fb249ccdb2d','32e525b3e4b19e116b11f43ad6ccd004144abcb3',17,1796098257874741,'8c3de9bec45289bbefd58a2c9d8d4fb249ccdb2d',NULL,'12077c2d9837c62f','6075c998074f6fa4',1795986638,'0c6edd9ce23aba17','8d11cbfe63c204e7');
INSERT INTO "entries" VALUES(7,'431817e433eb8d965b3656ca05e69c2954e73d1b','13a677b008556d32a01e4b798209613c82b14b0b',18,1796098257874741,'431817e433eb8d965b3656ca05e69c2954e73d1b',NULL,'6bcba290e86a1a11','44e94ca5b31bbdea',1796037038,'eefa81fb0e4ce806','b2f31aa87772a4b0');
INSERT INTO "entries" VALUES(7,'aab5520941047aeb9ea777a5079a6ad707e3ec2e','39a27aadbc762710ca6fc027d05befa6bf6378ea',19,1796098257874741,'aab5520941047aeb9ea777a5079a6ad707e3ec2e',NULL,'8e3c81655abfe4c8','0d080940c3add993',1796058638,'e5dbfd85578073a2','14067ad3512a1ae6');
INSERT INTO "entries" VALUES(7,'81270d119bd08bfe055e46ba15deb9853f6a8350','519297281ce75428f5748b8fa26627c02d18f908',20,1796098257874741,'81270d119bd08bfe055e46ba15deb9853f6a8350',NULL,'dd8aa0d14447433d','6efd020d966bc30e',1796065838,'3ed87f93ed3252e6','93573deb413c54bc');
INSERT INTO "entries" VALUES(8,'7afde32582b714295cfc000794fc510ff7c0235f','5025cf0a84473de3daa1df919a756b2548bac5db',21,1796098257936070,'7afde32582b714295cfc000794fc510ff7c0235f',NULL,'ac8ac55f50c72290','9b18767cb4a2dbe0',1796037038,'b7429f833d5afb62','6d8001cc7fc2d65a');
INSERT INTO "entries" VALUES(8,'174705e5f98c85128fafb824c4180ddf37d2af74','92a96d49017f4d06f3b5f3349fa77f5e75d685e6',22,1796098257936070,'174705e5f98c85128fafb824c4180ddf37d2af74',NULL,'41a22d8ed7766fb3','863fe5b94f56c0c4',1796037038,'8f5267e6f51b2d99','2319f18e48e2a2a7');
INSERT INTO "entries" VALUES(8,'028460786e669bad1139c5084594715d527b154d','fff369efcb34496e8e3b5487956d917b48165e70',23,1796098257936070,'028460786e669bad1139c5084594715d527b154d',NULL,'7308f0172b2ff451','41e1a8e6d6793937',1796065838,'fb23ff86cbc21853','5564972180dd4bc5');
INSERT INTO "entries" VALUES(8,'bd6e754e53fedd282f5f2de2564274ff254cf248','e6c1f15964c780c2d1af0d2767777de0142a87b7',24,1796098257936070,'bd6e754e53fedd282f5f2de2564274ff254cf248',NULL,'1cd153d19b1de06e','59744b37d1598c11',1796069438,'c0da5647cb7e83ea','cc61bc1c8324313d');
INSERT INTO "entries" VALUES(9,'227ef16b6cf9acb4a0f6273fb6b59273c8e0a6f9','d3cb527c1e24e15a8099e6ab828652f0db549594',25,1796098257961696,'227ef16b6cf9acb4a0f6273fb6b59273c8e0a6f9',NULL,'db786cc64fbc6850','45ec666df8a7aca8',1795993838,'24a2208ca5ac2bad','bc6b2f51f3974141');
INSERT INTO "entries" VALUES(9,'df99c8c7796b200fdfd7067def96098755652ca7','93aab6ecd77cfb485a76b41de24273231cdf7241',26,1796098257961696,'df99c8c7796b200fdfd7067def96098755652ca7',NULL,'7ff09f0a7d159643','31dca1cfab02d2d4',1796073038,'e08308055d90be9c','d79ca9629351bb2c');
INSERT INTO "entries" VALUES(1,'ae21a8bf9d58d9924cb1b87e8db919ffee995808','cef135e77ee6e4c0ea9d1a282f82a323677c51bf',27,1796098260205566,'ae21a8bf9d58d9924cb1b87e8db919ffee995808',NULL,'edb6451625fcd707','e3b0c44298fc1c14',1796098260,'00db1b97fb6a42a2','c546dd2a368a82a9');
INSERT INTO "entries" VALUES(2,'36b8e8bb63ef0d8c5cf2ff0dd5b655faf791aea4','023d88ea75612239e8cd0b23aa8c23214fa57716',28,1796098260780133,'36b8e8bb63ef0d8c5cf2ff0dd5b655faf791aea4',NULL,'0406954f2b407076','e3b0c44298fc1c14',1796098260,'c0be60c256038804','13caad2a6c1d1642');
CREATE TABLE facts (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY ("key")
);
INSERT INTO "facts" VALUES('archive.version','1.0.0');
INSERT INTO "facts" VALUES('menu','866ca4b0077f9982');
CREATE TABLE fanouts (
	article_id BIGINT NOT NULL, 
	matched BOOLEAN NOT NULL, 
	catch_up BOOLEAN NOT NULL, 
	chat_cursor BIGINT, 
	thread_cursor BIGINT, 
	lease_owner TEXT, 
	lease_until BIGINT, 
	created_at BIGINT NOT NULL, revision INTEGER DEFAULT '0' NOT NULL, latest INTEGER DEFAULT '0' NOT NULL, "before" TEXT, edit_cursor BIGINT, 
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
, address TEXT DEFAULT '' NOT NULL, moved_to TEXT, moved_since BIGINT, moved_times INTEGER DEFAULT '0' NOT NULL, strikes INTEGER DEFAULT '0' NOT NULL, identity TEXT);
INSERT INTO "feeds" VALUES(1,'http://127.0.0.1:42093/limmat/feed.xml','http://127.0.0.1:42093/limmat/feed.xml','Limmat-Kurier','de','de','never','catalogue',0,'failing','"1c7571857404377fc6b3"','Tue, 01 Dec 2026 04:11:00 GMT','http://127.0.0.1:42093/limmat/feed.xml','aa75bdb88c413bac7a72f887bf5ffe27',1000000,1796098344849915,1796098257128879,1796098325028602,1796098343821652,1796098257128879,15,'The server cannot be reached.','http://127.0.0.1:42093/limmat/',NULL,'[]','[]',NULL,NULL,1796098252891852,NULL,'127.0.0.1:42093/limmat/feed.xml',NULL,NULL,0,0,'link guid');
INSERT INTO "feeds" VALUES(2,'http://127.0.0.1:42093/elbe/feed.xml','http://127.0.0.1:42093/elbe/feed.xml','Elbe-Anzeiger','de','de','never','catalogue',0,'failing','"db6f076877e5fc0a0a8d"','Tue, 01 Dec 2026 04:11:00 GMT','http://127.0.0.1:42093/elbe/feed.xml','b60cecabed3f219d1a08760fe65a8596',1000000,1796098344815893,1796098257625091,1796098325028199,1796098343814817,1796098257625091,15,'The server cannot be reached.','http://127.0.0.1:42093/elbe/',NULL,'[]','[]',NULL,NULL,1796098252891852,NULL,'127.0.0.1:42093/elbe/feed.xml',NULL,NULL,0,0,'link guid');
INSERT INTO "feeds" VALUES(3,'http://127.0.0.1:42093/harbour/feed.xml','http://127.0.0.1:42093/harbour/feed.xml','The Harbour Post','de','en','never','catalogue',0,'failing','"829a6d55df991290036f"','Tue, 01 Dec 2026 04:10:38 GMT','http://127.0.0.1:42093/harbour/feed.xml','ca2921d7af0a9f5a626ec4af521dfa4a',1000000,1796098344846667,1796098257729978,1796098325024796,1796098343808603,1796098257729978,15,'The server cannot be reached.','http://127.0.0.1:42093/harbour/',NULL,'[]','[]',NULL,NULL,1796098252891852,NULL,'127.0.0.1:42093/harbour/feed.xml',NULL,NULL,0,0,'link guid');
INSERT INTO "feeds" VALUES(4,'http://127.0.0.1:42093/leman/feed.xml','http://127.0.0.1:42093/leman/feed.xml','Courrier du Lac','de','fr','never','catalogue',0,'failing','"d9bbf7d178b25fa6b484"','Tue, 01 Dec 2026 04:10:38 GMT','http://127.0.0.1:42093/leman/feed.xml','42d8c5573e150a316a5f7926d6d6dfc7',1000000,1796098344813958,1796098257757053,1796098325021408,1796098343810184,1796098257757053,15,'The server cannot be reached.','http://127.0.0.1:42093/leman/',NULL,'[]','[]',NULL,NULL,1796098252891852,NULL,'127.0.0.1:42093/leman/feed.xml',NULL,NULL,0,0,'link guid');
INSERT INTO "feeds" VALUES(5,'http://127.0.0.1:42093/ceresio/feed.xml','http://127.0.0.1:42093/ceresio/feed.xml','Il Foglio del Ceresio','de','it','never','catalogue',0,'failing','"83f6aa58e8d2caba7a81"','Tue, 01 Dec 2026 04:10:38 GMT','http://127.0.0.1:42093/ceresio/feed.xml','11ffef49c548746ef0f39dad1a7ff8f8',1000000,1796098344838849,1796098257786822,1796098325025132,1796098343822113,1796098257786822,15,'The server cannot be reached.','http://127.0.0.1:42093/ceresio/',NULL,'[]','[]',NULL,NULL,1796098252891852,NULL,'127.0.0.1:42093/ceresio/feed.xml',NULL,NULL,0,0,'link guid');
INSERT INTO "feeds" VALUES(6,'http://127.0.0.1:42093/aare/feed.xml','http://127.0.0.1:42093/aare/feed.xml','Aare-Nachrichten','de','de','never','catalogue',0,'failing','"6f9a3905706c8d21fa43"','Tue, 01 Dec 2026 04:10:38 GMT','http://127.0.0.1:42093/aare/feed.xml','fac0ef0c0b6ecf41b459191bd448c300',1000000,1796098345171698,1796098257806461,1796098325279964,1796098344135415,1796098257806461,15,'The server cannot be reached.','http://127.0.0.1:42093/aare/',NULL,'[]','[]',NULL,NULL,1796098252891852,NULL,'127.0.0.1:42093/aare/feed.xml',NULL,NULL,0,0,'link guid');
INSERT INTO "feeds" VALUES(7,'http://127.0.0.1:42093/donau/feed.xml','http://127.0.0.1:42093/donau/feed.xml','Donau-Bote','de','de','never','catalogue',0,'failing','"da2af458bfc0ccd58da3"','Tue, 01 Dec 2026 04:10:38 GMT','http://127.0.0.1:42093/donau/feed.xml','4ab4d1c3582583a09d339690bef5ecbe',1000000,1796098345169702,1796098257873396,1796098325281692,1796098344135992,1796098257873396,15,'The server cannot be reached.','http://127.0.0.1:42093/donau/',NULL,'[]','[]',NULL,NULL,1796098252891852,NULL,'127.0.0.1:42093/donau/feed.xml',NULL,NULL,0,0,'link guid');
INSERT INTO "feeds" VALUES(8,'http://127.0.0.1:42093/rhein/feed.xml','http://127.0.0.1:42093/rhein/feed.xml','Rheinisches Echo','de','de','never','catalogue',0,'failing','"18ea7d94d67b27e401c2"','Tue, 01 Dec 2026 04:10:38 GMT','http://127.0.0.1:42093/rhein/feed.xml','3b94037844488cd40932fc7afa891e1f',1000000,1796098344057634,1796098257925497,1796098325517262,1796098343054192,1796098257925497,14,'The server cannot be reached.','http://127.0.0.1:42093/rhein/',NULL,'[]','[]','vm:5272:6255849',1796098524254452,1796098252891852,NULL,'127.0.0.1:42093/rhein/feed.xml',NULL,NULL,0,0,'link guid');
INSERT INTO "feeds" VALUES(9,'http://127.0.0.1:42093/saentis/feed.xml','http://127.0.0.1:42093/saentis/feed.xml','Säntis-Bote','de','de','never','catalogue',0,'failing','"c8fd9a7ed4bc6d4c38b2"','Tue, 01 Dec 2026 04:10:38 GMT','http://127.0.0.1:42093/saentis/feed.xml','12da8580b980010ee2186e0b6bc0884a',1000000,1796098344834174,1796098257961021,1796098325022130,1796098343815624,1796098257961021,15,'The server cannot be reached.','http://127.0.0.1:42093/saentis/',NULL,'[]','[]',NULL,NULL,1796098252891852,NULL,'127.0.0.1:42093/saentis/feed.xml',NULL,NULL,0,0,'link guid');
CREATE TABLE full_texts (
	article_id BIGINT NOT NULL, 
	asked_at BIGINT NOT NULL, 
	has_text BOOLEAN NOT NULL, 
	body TEXT NOT NULL, 
	key_points TEXT NOT NULL, 
	CONSTRAINT pk_full_texts PRIMARY KEY (article_id), 
	CONSTRAINT fk_full_texts_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE TABLE joined (
	delivery_id BIGINT NOT NULL, 
	first_id BIGINT NOT NULL, 
	CONSTRAINT pk_joined PRIMARY KEY (delivery_id), 
	CONSTRAINT fk_joined_delivery_id FOREIGN KEY(delivery_id) REFERENCES deliveries (id) ON DELETE CASCADE
);
CREATE TABLE leases (
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	fence BIGINT NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (name)
);
CREATE TABLE looks (
	delivery_id BIGINT NOT NULL, 
	named INTEGER NOT NULL, 
	opened BOOLEAN NOT NULL, version BIGINT, 
	CONSTRAINT pk_looks PRIMARY KEY (delivery_id), 
	CONSTRAINT fk_looks_delivery_id FOREIGN KEY(delivery_id) REFERENCES deliveries (id) ON DELETE CASCADE
);
CREATE TABLE marks (
	feed_id BIGINT NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_marks PRIMARY KEY (feed_id), 
	CONSTRAINT fk_marks_feed_id FOREIGN KEY(feed_id) REFERENCES feeds (id) ON DELETE CASCADE
);
INSERT INTO "marks" VALUES(1,X'328176DB12C685E9956B0E48D4AE21A8BF9D58D9920000000000000000CEF135E77EE6E4C0EDB6451625FCD7074E95C52D044CBD226B0E026EB3199DB1BA1B63560000000000000000BB4CBA62CE9953A641D8B7ACE89A8306794BE5F8EA58681F6B0DCA2E0BD7068AD9261F680000000000000000485CB73D6AB4AEB2CB62BA1C43884B0FC244C1356BD2BB046B0CA2DE65106A8F286D1BB30000000000000000F6E3971D6C9E8BA4F7C61DE153B9DA3C');
INSERT INTO "marks" VALUES(2,X'32AC5652541E2B31116B0E48D436B8E8BB63EF0D8C0000000000000000023D88EA756122390406954F2B407076B16A5BFFEF5096E96B0E1E8EC0CC2864D3639157000000000000000038873E03B5F14A5A64B5BD1D2969956835B0F0428E073E406B0D83DE290FC6A4FA3555B6000000000000000071DEA2F7A4188288137138EEAAAC4AAE60B8E5240ABE7E946B0CDB1ED2A2B7F18BC6DF2B0000000000000000F7BE463881F48F6FF97EFA941032CA738E78D57F062F8DC66B0B899EFC87FA2403B511DF0000000000000000A819AB20B67CEEDD836B6009E46E89C1');
INSERT INTO "marks" VALUES(3,X'32D79A7E6C6E7DC5B56B0E2C9E28038763AA028A4B0000000000000000A666EAE04D80DF4194AE8CD70F9A7A2B3E6A4D9AAA7485F96B0D2F7ED23B4C6701954088000000000000000024A54893AB93B1617E0B7782DB015E36');
INSERT INTO "marks" VALUES(4,X'327B11F10B8CA1EB866B0DF45E9F14F1A39ADDFED40000000000000000E3BD0CADA5E56F9C17274750BCC8079F17CCE038A36E99366B0CCD0EF103E1F05035096D0000000000000000DE0D1CDEE1ACDE2DB608F0C0F1A89F21');
INSERT INTO "marks" VALUES(5,X'32716A17FAD83FE3656B0E107EDB9A72A73C8417F500000000000000008DC0D189E592333372AADD6FB57E7FAEA5892DE9910639B66B0C78AEE8A6F42F6F0620D700000000000000009C52E7FBC345AE667D2FBFAAFEF58E34');
INSERT INTO "marks" VALUES(6,X'322EFDC3C8143A31BB6B0DCA2E75DDF0FAC496D01F0000000000000000607FB98F22E68D7160E53E2134E15E02573BAF14BC187D7F6B0D59AEA2B9503E84DC7F570000000000000000DFFD6F6CDB5B9C9F241A4A7D117F600879E84F8BBD659ED56B0C5C8EB4F82820E6FB46700000000000000000D03B6540A9BDDB8925082DF02DE48972');
INSERT INTO "marks" VALUES(7,X'3212EC10CE7ED9EC5B6B0DCA2E81270D119BD08BFE0000000000000000519297281CE75428DD8AA0D14447433D3F3C80B54BAC38FC6B0DAE0EAAB5520941047AEB000000000000000039A27AADBC7627108E3C81655ABFE4C82F3B2AF03D3746146B0D59AE431817E433EB8D96000000000000000013A677B008556D326BCBA290E86A1A11EE7427E17183E6D46B0C94CE8C3DE9BEC45289BB000000000000000032E525B3E4B19E1112077C2D9837C62F');
INSERT INTO "marks" VALUES(8,X'32FDA496863AF121646B0DD83EBD6E754E53FEDD280000000000000000E6C1F15964C780C21CD153D19B1DE06E328E864CEF0BB2BF6B0DCA2E028460786E669BAD0000000000000000FFF369EFCB34496E7308F0172B2FF451B1E0D45EEBB3B5EE6B0D59AE174705E5F98C8512000000000000000092A96D49017F4D0641A22D8ED7766FB3522D312BC6E957E36B0D59AE7AFDE32582B7142900000000000000005025CF0A84473DE3AC8AC55F50C72290');
INSERT INTO "marks" VALUES(9,X'32910E684355DE64C96B0DE64EDF99C8C7796B200F000000000000000093AAB6ECD77CFB487FF09F0A7D159643A8333EA96CA9EFF26B0CB0EE227EF16B6CF9ACB40000000000000000D3CB527C1E24E15ADB786CC64FBC6850');
CREATE TABLE matches (
	article_id BIGINT NOT NULL, 
	query_id BIGINT NOT NULL, 
	evidence TEXT NOT NULL, revision INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_matches PRIMARY KEY (article_id, query_id), 
	CONSTRAINT fk_matches_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "matches" VALUES(27,1,'[["Nordkorea","nordkoreanische","body","derivation",4,19]]',0);
INSERT INTO "matches" VALUES(27,2,'[["Putin","Putin","title","exact",12,17]]',0);
INSERT INTO "matches" VALUES(28,3,'[["Fussball","Fussball","title","exact",0,8],["Fussball","Fussball","body","exact",29,37]]',0);
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
	changed_at BIGINT NOT NULL, asked TEXT, 
	CONSTRAINT pk_people PRIMARY KEY (id)
);
CREATE TABLE postings (
	block BIGINT NOT NULL, 
	word_id BIGINT NOT NULL, 
	articles BLOB NOT NULL, 
	CONSTRAINT pk_postings PRIMARY KEY (block, word_id)
)
 WITHOUT ROWID

;
CREATE TABLE private_feeds (
	chat_id BIGINT NOT NULL, 
	salt TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_private_feeds PRIMARY KEY (chat_id), 
	CONSTRAINT fk_private_feeds_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id) ON DELETE CASCADE
);
CREATE TABLE queries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	normal TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	retired BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL
);
INSERT INTO "queries" VALUES(1,'Nordkorea','compounds',0,1796098256329867);
INSERT INTO "queries" VALUES(2,'Putin -Kino','compounds',0,1796098256887856);
INSERT INTO "queries" VALUES(3,'Fussball','compounds',0,1796098258953462);
CREATE TABLE receivers (
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	digest TEXT, 
	next_due BIGINT, 
	last_digest_at BIGINT, 
	CONSTRAINT pk_receivers PRIMARY KEY (chat_id, thread_id), 
	CONSTRAINT fk_receivers_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id) ON DELETE CASCADE
);
INSERT INTO "receivers" VALUES(5300000002,0,'08:00',1796108400000000,NULL);
CREATE TABLE removed_subscriptions (
	id BIGINT NOT NULL, 
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	normal TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	urgency TEXT NOT NULL, 
	urgency_before TEXT, 
	title TEXT, 
	headline_only BOOLEAN NOT NULL, 
	paused BOOLEAN NOT NULL, 
	muted_until BIGINT, 
	created_at BIGINT NOT NULL, 
	removed_at BIGINT NOT NULL, 
	CONSTRAINT pk_removed_subscriptions PRIMARY KEY (id)
);
CREATE TABLE rollings (
	subscription_id BIGINT NOT NULL, 
	delivery_id BIGINT NOT NULL, 
	hit_at BIGINT NOT NULL, 
	stale BOOLEAN NOT NULL, 
	CONSTRAINT pk_rollings PRIMARY KEY (subscription_id), 
	CONSTRAINT fk_rollings_subscription_id FOREIGN KEY(subscription_id) REFERENCES subscriptions (id) ON DELETE CASCADE
);
CREATE TABLE saved_articles (
	chat_id BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	title TEXT NOT NULL, 
	url TEXT, 
	source TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	is_day BOOLEAN NOT NULL, 
	is_paid BOOLEAN NOT NULL, 
	published_at BIGINT NOT NULL, 
	saved_at BIGINT NOT NULL, 
	removed_at BIGINT, 
	CONSTRAINT pk_saved_articles PRIMARY KEY (chat_id, "key"), 
	CONSTRAINT fk_saved_articles_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id) ON DELETE CASCADE
);
CREATE TABLE searches (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	chat_id BIGINT NOT NULL, 
	words TEXT NOT NULL, 
	article_ids TEXT NOT NULL, 
	created_at BIGINT NOT NULL
);
CREATE TABLE shared_keywords (
	list_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	normal TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	CONSTRAINT pk_shared_keywords PRIMARY KEY (list_id, place), 
	CONSTRAINT fk_shared_keywords_list_id FOREIGN KEY(list_id) REFERENCES shared_lists (id) ON DELETE CASCADE
);
CREATE TABLE shared_lists (
	id TEXT NOT NULL, 
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	CONSTRAINT pk_shared_lists PRIMARY KEY (id)
);
CREATE TABLE stichwort_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT stichwort_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "stichwort_version" VALUES('0028');
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
	created_at BIGINT NOT NULL, urgency_before TEXT, 
	CONSTRAINT fk_subscriptions_chat_id FOREIGN KEY(chat_id) REFERENCES chats (id), 
	CONSTRAINT fk_subscriptions_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);
INSERT INTO "subscriptions" VALUES(1,5300000001,0,1,1,'instant',NULL,0,0,NULL,1796098256329867,NULL);
INSERT INTO "subscriptions" VALUES(2,5300000001,0,2,2,'instant',NULL,0,0,NULL,1796098256887856,NULL);
INSERT INTO "subscriptions" VALUES(3,5300000002,0,1,3,'digest',NULL,0,0,NULL,1796098258953462,'instant');
CREATE TABLE tellings (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	article_id BIGINT NOT NULL, 
	story_id BIGINT NOT NULL, 
	related_id BIGINT, 
	absorbed TEXT NOT NULL, 
	owner BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	guid_key TEXT, 
	source_host TEXT NOT NULL, 
	title TEXT NOT NULL, 
	language TEXT, 
	seen_at BIGINT NOT NULL, 
	CONSTRAINT fk_tellings_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "tellings" VALUES(1,27,27,NULL,'[]',0,'ae21a8bf9d58d9924cb1b87e8db919ffee995808','cef135e77ee6e4c0ea9d1a282f82a323677c51bf','127.0.0.1','Treffen von Putin und Kim in Wladiwostok','de',1796098260205013);
INSERT INTO "tellings" VALUES(2,28,28,NULL,'[]',0,'36b8e8bb63ef0d8c5cf2ff0dd5b655faf791aea4','023d88ea75612239e8cd0b23aa8c23214fa57716','127.0.0.1','Fussball: Der Final ist ausverkauft','de',1796098260779076);
CREATE TABLE updates (
	id BIGINT NOT NULL, 
	body TEXT, 
	received_at BIGINT NOT NULL, 
	finished_at BIGINT, 
	CONSTRAINT pk_updates PRIMARY KEY (id)
);
INSERT INTO "updates" VALUES(100000001,NULL,1796098254728109,1796098256864933);
INSERT INTO "updates" VALUES(100000002,NULL,1796098256870277,1796098257090024);
INSERT INTO "updates" VALUES(100000003,NULL,1796098257097182,1796098257991020);
INSERT INTO "updates" VALUES(100000004,NULL,1796098257991706,1796098259307072);
INSERT INTO "updates" VALUES(100000005,NULL,1796098259310588,1796098259807343);
INSERT INTO "updates" VALUES(100000006,NULL,1796098259809417,1796098260139549);
CREATE TABLE word_keys (
	"key" INTEGER NOT NULL, 
	word_id BIGINT NOT NULL, 
	CONSTRAINT pk_word_keys PRIMARY KEY ("key", word_id)
)
 WITHOUT ROWID

;
INSERT INTO "word_keys" VALUES(-2141595894,50);
INSERT INTO "word_keys" VALUES(-2137547536,10);
INSERT INTO "word_keys" VALUES(-2137547536,347);
INSERT INTO "word_keys" VALUES(-2134426859,236);
INSERT INTO "word_keys" VALUES(-2130955343,362);
INSERT INTO "word_keys" VALUES(-2130274778,34);
INSERT INTO "word_keys" VALUES(-2126681876,21);
INSERT INTO "word_keys" VALUES(-2122353746,384);
INSERT INTO "word_keys" VALUES(-2120224902,454);
INSERT INTO "word_keys" VALUES(-2119165487,163);
INSERT INTO "word_keys" VALUES(-2117137958,83);
INSERT INTO "word_keys" VALUES(-2112072972,422);
INSERT INTO "word_keys" VALUES(-2111870637,129);
INSERT INTO "word_keys" VALUES(-2111870637,130);
INSERT INTO "word_keys" VALUES(-2111256366,47);
INSERT INTO "word_keys" VALUES(-2106859498,40);
INSERT INTO "word_keys" VALUES(-2105070554,404);
INSERT INTO "word_keys" VALUES(-2100208387,63);
INSERT INTO "word_keys" VALUES(-2096455817,152);
INSERT INTO "word_keys" VALUES(-2088126589,13);
INSERT INTO "word_keys" VALUES(-2088126589,26);
INSERT INTO "word_keys" VALUES(-2088126589,315);
INSERT INTO "word_keys" VALUES(-2072536310,411);
INSERT INTO "word_keys" VALUES(-2055880562,123);
INSERT INTO "word_keys" VALUES(-2055880562,255);
INSERT INTO "word_keys" VALUES(-2055246527,117);
INSERT INTO "word_keys" VALUES(-2050070928,226);
INSERT INTO "word_keys" VALUES(-2047517636,61);
INSERT INTO "word_keys" VALUES(-2046023912,426);
INSERT INTO "word_keys" VALUES(-2040367461,21);
INSERT INTO "word_keys" VALUES(-2035157392,211);
INSERT INTO "word_keys" VALUES(-2034919727,56);
INSERT INTO "word_keys" VALUES(-2030707059,319);
INSERT INTO "word_keys" VALUES(-2029873960,263);
INSERT INTO "word_keys" VALUES(-2026807616,13);
INSERT INTO "word_keys" VALUES(-2022858246,184);
INSERT INTO "word_keys" VALUES(-2017146151,106);
INSERT INTO "word_keys" VALUES(-2014556358,97);
INSERT INTO "word_keys" VALUES(-2013947027,96);
INSERT INTO "word_keys" VALUES(-2013947027,97);
INSERT INTO "word_keys" VALUES(-2010571002,211);
INSERT INTO "word_keys" VALUES(-2007366871,1);
INSERT INTO "word_keys" VALUES(-2004963512,300);
INSERT INTO "word_keys" VALUES(-2003445764,7);
INSERT INTO "word_keys" VALUES(-1999321585,314);
INSERT INTO "word_keys" VALUES(-1994822528,40);
INSERT INTO "word_keys" VALUES(-1993071672,182);
INSERT INTO "word_keys" VALUES(-1986800641,172);
INSERT INTO "word_keys" VALUES(-1984550456,185);
INSERT INTO "word_keys" VALUES(-1951493136,409);
INSERT INTO "word_keys" VALUES(-1942705501,42);
INSERT INTO "word_keys" VALUES(-1940208198,77);
INSERT INTO "word_keys" VALUES(-1931313973,243);
INSERT INTO "word_keys" VALUES(-1930236423,419);
INSERT INTO "word_keys" VALUES(-1920529198,272);
INSERT INTO "word_keys" VALUES(-1920529198,332);
INSERT INTO "word_keys" VALUES(-1920503853,282);
INSERT INTO "word_keys" VALUES(-1908648452,94);
INSERT INTO "word_keys" VALUES(-1896276510,265);
INSERT INTO "word_keys" VALUES(-1895045921,411);
INSERT INTO "word_keys" VALUES(-1894804668,185);
INSERT INTO "word_keys" VALUES(-1892692834,21);
INSERT INTO "word_keys" VALUES(-1890725870,386);
INSERT INTO "word_keys" VALUES(-1885731104,35);
INSERT INTO "word_keys" VALUES(-1881033279,446);
INSERT INTO "word_keys" VALUES(-1868591240,327);
INSERT INTO "word_keys" VALUES(-1866758299,23);
INSERT INTO "word_keys" VALUES(-1865488884,137);
INSERT INTO "word_keys" VALUES(-1862012578,82);
INSERT INTO "word_keys" VALUES(-1857694804,121);
INSERT INTO "word_keys" VALUES(-1857694804,122);
INSERT INTO "word_keys" VALUES(-1852897983,8);
INSERT INTO "word_keys" VALUES(-1846142684,58);
INSERT INTO "word_keys" VALUES(-1844829041,67);
INSERT INTO "word_keys" VALUES(-1843380264,271);
INSERT INTO "word_keys" VALUES(-1838026289,418);
INSERT INTO "word_keys" VALUES(-1834463802,137);
INSERT INTO "word_keys" VALUES(-1832446669,71);
INSERT INTO "word_keys" VALUES(-1832446669,72);
INSERT INTO "word_keys" VALUES(-1831421161,207);
INSERT INTO "word_keys" VALUES(-1828398849,400);
INSERT INTO "word_keys" VALUES(-1810778550,287);
INSERT INTO "word_keys" VALUES(-1806136507,376);
INSERT INTO "word_keys" VALUES(-1804652054,40);
INSERT INTO "word_keys" VALUES(-1801373081,332);
INSERT INTO "word_keys" VALUES(-1792436476,157);
INSERT INTO "word_keys" VALUES(-1787928667,324);
INSERT INTO "word_keys" VALUES(-1785182642,422);
INSERT INTO "word_keys" VALUES(-1782582327,52);
INSERT INTO "word_keys" VALUES(-1776405220,16);
INSERT INTO "word_keys" VALUES(-1776405220,132);
INSERT INTO "word_keys" VALUES(-1774579921,241);
INSERT INTO "word_keys" VALUES(-1773344139,40);
INSERT INTO "word_keys" VALUES(-1773344139,253);
INSERT INTO "word_keys" VALUES(-1773278145,241);
INSERT INTO "word_keys" VALUES(-1764654766,167);
INSERT INTO "word_keys" VALUES(-1764513973,405);
INSERT INTO "word_keys" VALUES(-1761426367,269);
INSERT INTO "word_keys" VALUES(-1759438632,456);
INSERT INTO "word_keys" VALUES(-1755749990,42);
INSERT INTO "word_keys" VALUES(-1755285813,244);
INSERT INTO "word_keys" VALUES(-1752970174,456);
INSERT INTO "word_keys" VALUES(-1745186499,194);
INSERT INTO "word_keys" VALUES(-1738335159,296);
INSERT INTO "word_keys" VALUES(-1737598190,84);
INSERT INTO "word_keys" VALUES(-1732263468,27);
INSERT INTO "word_keys" VALUES(-1732263468,369);
INSERT INTO "word_keys" VALUES(-1731373703,300);
INSERT INTO "word_keys" VALUES(-1714374890,58);
INSERT INTO "word_keys" VALUES(-1710056712,379);
INSERT INTO "word_keys" VALUES(-1697595040,117);
INSERT INTO "word_keys" VALUES(-1693010065,12);
INSERT INTO "word_keys" VALUES(-1692634262,119);
INSERT INTO "word_keys" VALUES(-1685543174,284);
INSERT INTO "word_keys" VALUES(-1683844027,57);
INSERT INTO "word_keys" VALUES(-1678367015,137);
INSERT INTO "word_keys" VALUES(-1672215541,39);
INSERT INTO "word_keys" VALUES(-1670625598,386);
INSERT INTO "word_keys" VALUES(-1669263834,44);
INSERT INTO "word_keys" VALUES(-1666978140,12);
INSERT INTO "word_keys" VALUES(-1666090250,324);
INSERT INTO "word_keys" VALUES(-1665682386,173);
INSERT INTO "word_keys" VALUES(-1663397695,215);
INSERT INTO "word_keys" VALUES(-1661867651,431);
INSERT INTO "word_keys" VALUES(-1656273240,334);
INSERT INTO "word_keys" VALUES(-1655648854,103);
INSERT INTO "word_keys" VALUES(-1655180584,81);
INSERT INTO "word_keys" VALUES(-1653965246,254);
INSERT INTO "word_keys" VALUES(-1651634700,154);
INSERT INTO "word_keys" VALUES(-1650756134,308);
INSERT INTO "word_keys" VALUES(-1648728707,130);
INSERT INTO "word_keys" VALUES(-1645822386,227);
INSERT INTO "word_keys" VALUES(-1643122161,114);
INSERT INTO "word_keys" VALUES(-1642524553,62);
INSERT INTO "word_keys" VALUES(-1641650680,9);
INSERT INTO "word_keys" VALUES(-1641428461,187);
INSERT INTO "word_keys" VALUES(-1641124964,2);
INSERT INTO "word_keys" VALUES(-1639338602,204);
INSERT INTO "word_keys" VALUES(-1637514053,54);
INSERT INTO "word_keys" VALUES(-1637514053,455);
INSERT INTO "word_keys" VALUES(-1635255306,151);
INSERT INTO "word_keys" VALUES(-1633597891,81);
INSERT INTO "word_keys" VALUES(-1618971308,287);
INSERT INTO "word_keys" VALUES(-1610484140,56);
INSERT INTO "word_keys" VALUES(-1608468419,118);
INSERT INTO "word_keys" VALUES(-1608159918,23);
INSERT INTO "word_keys" VALUES(-1607358131,389);
INSERT INTO "word_keys" VALUES(-1601662509,367);
INSERT INTO "word_keys" VALUES(-1601011031,433);
INSERT INTO "word_keys" VALUES(-1595655244,50);
INSERT INTO "word_keys" VALUES(-1585092380,406);
INSERT INTO "word_keys" VALUES(-1585045408,232);
INSERT INTO "word_keys" VALUES(-1585045408,337);
INSERT INTO "word_keys" VALUES(-1582987307,62);
INSERT INTO "word_keys" VALUES(-1575059497,306);
INSERT INTO "word_keys" VALUES(-1568882138,111);
INSERT INTO "word_keys" VALUES(-1551819851,198);
INSERT INTO "word_keys" VALUES(-1541441676,77);
INSERT INTO "word_keys" VALUES(-1533110390,323);
INSERT INTO "word_keys" VALUES(-1523787757,350);
INSERT INTO "word_keys" VALUES(-1507159232,196);
INSERT INTO "word_keys" VALUES(-1492822542,441);
INSERT INTO "word_keys" VALUES(-1491541250,442);
INSERT INTO "word_keys" VALUES(-1486800585,223);
INSERT INTO "word_keys" VALUES(-1483091530,308);
INSERT INTO "word_keys" VALUES(-1481549827,422);
INSERT INTO "word_keys" VALUES(-1481028132,339);
INSERT INTO "word_keys" VALUES(-1481028132,341);
INSERT INTO "word_keys" VALUES(-1479529391,262);
INSERT INTO "word_keys" VALUES(-1473932621,371);
INSERT INTO "word_keys" VALUES(-1468733045,343);
INSERT INTO "word_keys" VALUES(-1463759245,5);
INSERT INTO "word_keys" VALUES(-1463759245,101);
INSERT INTO "word_keys" VALUES(-1459896203,30);
INSERT INTO "word_keys" VALUES(-1459744569,9);
INSERT INTO "word_keys" VALUES(-1450982450,432);
INSERT INTO "word_keys" VALUES(-1450805401,326);
INSERT INTO "word_keys" VALUES(-1447763049,32);
INSERT INTO "word_keys" VALUES(-1447585114,286);
INSERT INTO "word_keys" VALUES(-1441027013,316);
INSERT INTO "word_keys" VALUES(-1418042052,156);
INSERT INTO "word_keys" VALUES(-1415118170,245);
INSERT INTO "word_keys" VALUES(-1414020593,419);
INSERT INTO "word_keys" VALUES(-1413711445,318);
INSERT INTO "word_keys" VALUES(-1391405776,103);
INSERT INTO "word_keys" VALUES(-1386914863,303);
INSERT INTO "word_keys" VALUES(-1376410973,237);
INSERT INTO "word_keys" VALUES(-1362708047,142);
INSERT INTO "word_keys" VALUES(-1361306815,60);
INSERT INTO "word_keys" VALUES(-1357304430,245);
INSERT INTO "word_keys" VALUES(-1355504647,330);
INSERT INTO "word_keys" VALUES(-1355504647,331);
INSERT INTO "word_keys" VALUES(-1353760612,253);
INSERT INTO "word_keys" VALUES(-1353290903,40);
INSERT INTO "word_keys" VALUES(-1353290903,253);
INSERT INTO "word_keys" VALUES(-1352442857,323);
INSERT INTO "word_keys" VALUES(-1343907629,27);
INSERT INTO "word_keys" VALUES(-1343907629,38);
INSERT INTO "word_keys" VALUES(-1343907629,275);
INSERT INTO "word_keys" VALUES(-1343907629,276);
INSERT INTO "word_keys" VALUES(-1324776350,392);
INSERT INTO "word_keys" VALUES(-1324632738,37);
INSERT INTO "word_keys" VALUES(-1323157314,219);
INSERT INTO "word_keys" VALUES(-1322639861,246);
INSERT INTO "word_keys" VALUES(-1310030432,447);
INSERT INTO "word_keys" VALUES(-1307245920,75);
INSERT INTO "word_keys" VALUES(-1300199693,389);
INSERT INTO "word_keys" VALUES(-1258803818,85);
INSERT INTO "word_keys" VALUES(-1258803818,335);
INSERT INTO "word_keys" VALUES(-1258803818,336);
INSERT INTO "word_keys" VALUES(-1256792463,145);
INSERT INTO "word_keys" VALUES(-1253477899,80);
INSERT INTO "word_keys" VALUES(-1253477899,81);
INSERT INTO "word_keys" VALUES(-1251719043,226);
INSERT INTO "word_keys" VALUES(-1250328370,311);
INSERT INTO "word_keys" VALUES(-1243614803,366);
INSERT INTO "word_keys" VALUES(-1236183696,288);
INSERT INTO "word_keys" VALUES(-1234061200,19);
INSERT INTO "word_keys" VALUES(-1226775899,310);
INSERT INTO "word_keys" VALUES(-1224195036,348);
INSERT INTO "word_keys" VALUES(-1220284771,131);
INSERT INTO "word_keys" VALUES(-1216485509,213);
INSERT INTO "word_keys" VALUES(-1209633864,219);
INSERT INTO "word_keys" VALUES(-1208452206,17);
INSERT INTO "word_keys" VALUES(-1207065500,39);
INSERT INTO "word_keys" VALUES(-1205792146,320);
INSERT INTO "word_keys" VALUES(-1195699021,206);
INSERT INTO "word_keys" VALUES(-1191400815,414);
INSERT INTO "word_keys" VALUES(-1188881981,234);
INSERT INTO "word_keys" VALUES(-1183252521,18);
INSERT INTO "word_keys" VALUES(-1183252521,136);
INSERT INTO "word_keys" VALUES(-1182195758,261);
INSERT INTO "word_keys" VALUES(-1163427401,35);
INSERT INTO "word_keys" VALUES(-1159293195,55);
INSERT INTO "word_keys" VALUES(-1156025891,92);
INSERT INTO "word_keys" VALUES(-1156025891,93);
INSERT INTO "word_keys" VALUES(-1156025891,456);
INSERT INTO "word_keys" VALUES(-1153453698,327);
INSERT INTO "word_keys" VALUES(-1146219293,78);
INSERT INTO "word_keys" VALUES(-1140623839,450);
INSERT INTO "word_keys" VALUES(-1137166590,19);
INSERT INTO "word_keys" VALUES(-1136300570,74);
INSERT INTO "word_keys" VALUES(-1136300570,209);
INSERT INTO "word_keys" VALUES(-1134834145,223);
INSERT INTO "word_keys" VALUES(-1129662695,67);
INSERT INTO "word_keys" VALUES(-1128512358,334);
INSERT INTO "word_keys" VALUES(-1124126504,451);
INSERT INTO "word_keys" VALUES(-1123445022,125);
INSERT INTO "word_keys" VALUES(-1121752623,87);
INSERT INTO "word_keys" VALUES(-1114090607,127);
INSERT INTO "word_keys" VALUES(-1109984975,34);
INSERT INTO "word_keys" VALUES(-1109984975,35);
INSERT INTO "word_keys" VALUES(-1102822409,75);
INSERT INTO "word_keys" VALUES(-1098758857,11);
INSERT INTO "word_keys" VALUES(-1098605245,260);
INSERT INTO "word_keys" VALUES(-1092943214,365);
INSERT INTO "word_keys" VALUES(-1086847034,229);
INSERT INTO "word_keys" VALUES(-1077161406,115);
INSERT INTO "word_keys" VALUES(-1070287052,212);
INSERT INTO "word_keys" VALUES(-1070170362,110);
INSERT INTO "word_keys" VALUES(-1067975136,118);
INSERT INTO "word_keys" VALUES(-1066958192,244);
INSERT INTO "word_keys" VALUES(-1060294181,248);
INSERT INTO "word_keys" VALUES(-1060294181,345);
INSERT INTO "word_keys" VALUES(-1050693464,356);
INSERT INTO "word_keys" VALUES(-1050624204,14);
INSERT INTO "word_keys" VALUES(-1039975039,283);
INSERT INTO "word_keys" VALUES(-1024645254,425);
INSERT INTO "word_keys" VALUES(-1023247899,42);
INSERT INTO "word_keys" VALUES(-1006330339,260);
INSERT INTO "word_keys" VALUES(-1001416739,186);
INSERT INTO "word_keys" VALUES(-997280527,86);
INSERT INTO "word_keys" VALUES(-996635165,26);
INSERT INTO "word_keys" VALUES(-996635165,264);
INSERT INTO "word_keys" VALUES(-992944593,186);
INSERT INTO "word_keys" VALUES(-992908076,240);
INSERT INTO "word_keys" VALUES(-990532371,62);
INSERT INTO "word_keys" VALUES(-987384903,66);
INSERT INTO "word_keys" VALUES(-981298890,23);
INSERT INTO "word_keys" VALUES(-977956168,208);
INSERT INTO "word_keys" VALUES(-963210410,313);
INSERT INTO "word_keys" VALUES(-961001766,214);
INSERT INTO "word_keys" VALUES(-958250842,334);
INSERT INTO "word_keys" VALUES(-955440023,143);
INSERT INTO "word_keys" VALUES(-952791343,204);
INSERT INTO "word_keys" VALUES(-948856746,75);
INSERT INTO "word_keys" VALUES(-945368109,313);
INSERT INTO "word_keys" VALUES(-941196194,7);
INSERT INTO "word_keys" VALUES(-929244845,406);
INSERT INTO "word_keys" VALUES(-919065551,39);
INSERT INTO "word_keys" VALUES(-918895297,180);
INSERT INTO "word_keys" VALUES(-915975602,384);
INSERT INTO "word_keys" VALUES(-905688961,17);
INSERT INTO "word_keys" VALUES(-903199036,243);
INSERT INTO "word_keys" VALUES(-902736379,315);
INSERT INTO "word_keys" VALUES(-901867385,31);
INSERT INTO "word_keys" VALUES(-896287671,249);
INSERT INTO "word_keys" VALUES(-893606609,8);
INSERT INTO "word_keys" VALUES(-888894917,164);
INSERT INTO "word_keys" VALUES(-872291834,319);
INSERT INTO "word_keys" VALUES(-868891093,362);
INSERT INTO "word_keys" VALUES(-865452292,316);
INSERT INTO "word_keys" VALUES(-858388272,321);
INSERT INTO "word_keys" VALUES(-857499893,298);
INSERT INTO "word_keys" VALUES(-856212766,107);
INSERT INTO "word_keys" VALUES(-853182454,435);
INSERT INTO "word_keys" VALUES(-850527358,413);
INSERT INTO "word_keys" VALUES(-844559275,87);
INSERT INTO "word_keys" VALUES(-837604718,273);
INSERT INTO "word_keys" VALUES(-833673582,86);
INSERT INTO "word_keys" VALUES(-829787494,19);
INSERT INTO "word_keys" VALUES(-816304842,454);
INSERT INTO "word_keys" VALUES(-809563825,120);
INSERT INTO "word_keys" VALUES(-807468508,35);
INSERT INTO "word_keys" VALUES(-798015164,85);
INSERT INTO "word_keys" VALUES(-791320982,425);
INSERT INTO "word_keys" VALUES(-791231010,97);
INSERT INTO "word_keys" VALUES(-764993574,10);
INSERT INTO "word_keys" VALUES(-764993574,347);
INSERT INTO "word_keys" VALUES(-764664107,409);
INSERT INTO "word_keys" VALUES(-760597357,423);
INSERT INTO "word_keys" VALUES(-751541506,351);
INSERT INTO "word_keys" VALUES(-745390087,142);
INSERT INTO "word_keys" VALUES(-743170353,421);
INSERT INTO "word_keys" VALUES(-742652557,85);
INSERT INTO "word_keys" VALUES(-739202745,13);
INSERT INTO "word_keys" VALUES(-733569548,210);
INSERT INTO "word_keys" VALUES(-726331788,330);
INSERT INTO "word_keys" VALUES(-722832771,408);
INSERT INTO "word_keys" VALUES(-699948098,427);
INSERT INTO "word_keys" VALUES(-698303187,270);
INSERT INTO "word_keys" VALUES(-694086602,130);
INSERT INTO "word_keys" VALUES(-689697005,73);
INSERT INTO "word_keys" VALUES(-686392652,198);
INSERT INTO "word_keys" VALUES(-685786046,178);
INSERT INTO "word_keys" VALUES(-683622804,223);
INSERT INTO "word_keys" VALUES(-678852381,374);
INSERT INTO "word_keys" VALUES(-675133504,387);
INSERT INTO "word_keys" VALUES(-672302111,459);
INSERT INTO "word_keys" VALUES(-672081021,171);
INSERT INTO "word_keys" VALUES(-670537684,326);
INSERT INTO "word_keys" VALUES(-670476687,110);
INSERT INTO "word_keys" VALUES(-660822225,238);
INSERT INTO "word_keys" VALUES(-660822225,239);
INSERT INTO "word_keys" VALUES(-660822225,340);
INSERT INTO "word_keys" VALUES(-660520842,73);
INSERT INTO "word_keys" VALUES(-656528201,303);
INSERT INTO "word_keys" VALUES(-646534602,264);
INSERT INTO "word_keys" VALUES(-631986490,346);
INSERT INTO "word_keys" VALUES(-602282838,177);
INSERT INTO "word_keys" VALUES(-602097405,285);
INSERT INTO "word_keys" VALUES(-597975852,207);
INSERT INTO "word_keys" VALUES(-597781510,323);
INSERT INTO "word_keys" VALUES(-588774738,180);
INSERT INTO "word_keys" VALUES(-588366670,85);
INSERT INTO "word_keys" VALUES(-582680496,319);
INSERT INTO "word_keys" VALUES(-578360710,84);
INSERT INTO "word_keys" VALUES(-573260687,256);
INSERT INTO "word_keys" VALUES(-572813667,286);
INSERT INTO "word_keys" VALUES(-570356562,39);
INSERT INTO "word_keys" VALUES(-570356562,290);
INSERT INTO "word_keys" VALUES(-569801828,205);
INSERT INTO "word_keys" VALUES(-565899328,399);
INSERT INTO "word_keys" VALUES(-563769810,98);
INSERT INTO "word_keys" VALUES(-562250356,368);
INSERT INTO "word_keys" VALUES(-560666567,143);
INSERT INTO "word_keys" VALUES(-560293900,164);
INSERT INTO "word_keys" VALUES(-556143274,84);
INSERT INTO "word_keys" VALUES(-555188703,403);
INSERT INTO "word_keys" VALUES(-548213970,110);
INSERT INTO "word_keys" VALUES(-547818717,266);
INSERT INTO "word_keys" VALUES(-547818717,372);
INSERT INTO "word_keys" VALUES(-546320033,309);
INSERT INTO "word_keys" VALUES(-546320033,370);
INSERT INTO "word_keys" VALUES(-538145202,36);
INSERT INTO "word_keys" VALUES(-538145202,162);
INSERT INTO "word_keys" VALUES(-534934014,64);
INSERT INTO "word_keys" VALUES(-522250298,401);
INSERT INTO "word_keys" VALUES(-519680221,261);
INSERT INTO "word_keys" VALUES(-519580321,40);
INSERT INTO "word_keys" VALUES(-518453878,133);
INSERT INTO "word_keys" VALUES(-514822770,85);
INSERT INTO "word_keys" VALUES(-514822770,335);
INSERT INTO "word_keys" VALUES(-514822770,336);
INSERT INTO "word_keys" VALUES(-512886510,194);
INSERT INTO "word_keys" VALUES(-512681323,45);
INSERT INTO "word_keys" VALUES(-512041970,204);
INSERT INTO "word_keys" VALUES(-508371711,271);
INSERT INTO "word_keys" VALUES(-507352819,259);
INSERT INTO "word_keys" VALUES(-500917232,339);
INSERT INTO "word_keys" VALUES(-497682380,396);
INSERT INTO "word_keys" VALUES(-482280309,40);
INSERT INTO "word_keys" VALUES(-479719883,304);
INSERT INTO "word_keys" VALUES(-478357975,393);
INSERT INTO "word_keys" VALUES(-476873129,173);
INSERT INTO "word_keys" VALUES(-466408011,330);
INSERT INTO "word_keys" VALUES(-466408011,331);
INSERT INTO "word_keys" VALUES(-465674536,267);
INSERT INTO "word_keys" VALUES(-457631562,319);
INSERT INTO "word_keys" VALUES(-457631562,423);
INSERT INTO "word_keys" VALUES(-450378620,55);
INSERT INTO "word_keys" VALUES(-450161282,249);
INSERT INTO "word_keys" VALUES(-449632405,265);
INSERT INTO "word_keys" VALUES(-449632405,366);
INSERT INTO "word_keys" VALUES(-446917808,50);
INSERT INTO "word_keys" VALUES(-446087690,374);
INSERT INTO "word_keys" VALUES(-442250018,81);
INSERT INTO "word_keys" VALUES(-442250018,224);
INSERT INTO "word_keys" VALUES(-442250018,461);
INSERT INTO "word_keys" VALUES(-439515367,312);
INSERT INTO "word_keys" VALUES(-428626857,352);
INSERT INTO "word_keys" VALUES(-426811317,27);
INSERT INTO "word_keys" VALUES(-426284502,85);
INSERT INTO "word_keys" VALUES(-426162531,337);
INSERT INTO "word_keys" VALUES(-424008198,7);
INSERT INTO "word_keys" VALUES(-421615343,274);
INSERT INTO "word_keys" VALUES(-421586664,157);
INSERT INTO "word_keys" VALUES(-421520875,4);
INSERT INTO "word_keys" VALUES(-421520875,100);
INSERT INTO "word_keys" VALUES(-419312086,348);
INSERT INTO "word_keys" VALUES(-416539618,278);
INSERT INTO "word_keys" VALUES(-416037242,244);
INSERT INTO "word_keys" VALUES(-413622727,416);
INSERT INTO "word_keys" VALUES(-411258827,60);
INSERT INTO "word_keys" VALUES(-407925568,440);
INSERT INTO "word_keys" VALUES(-395914138,70);
INSERT INTO "word_keys" VALUES(-389709591,42);
INSERT INTO "word_keys" VALUES(-387308254,414);
INSERT INTO "word_keys" VALUES(-383164975,44);
INSERT INTO "word_keys" VALUES(-382676879,19);
INSERT INTO "word_keys" VALUES(-371912763,394);
INSERT INTO "word_keys" VALUES(-371131055,453);
INSERT INTO "word_keys" VALUES(-358588960,10);
INSERT INTO "word_keys" VALUES(-358535885,44);
INSERT INTO "word_keys" VALUES(-357601741,20);
INSERT INTO "word_keys" VALUES(-356029973,250);
INSERT INTO "word_keys" VALUES(-350444582,53);
INSERT INTO "word_keys" VALUES(-344321458,187);
INSERT INTO "word_keys" VALUES(-340843293,14);
INSERT INTO "word_keys" VALUES(-340470017,188);
INSERT INTO "word_keys" VALUES(-337797033,216);
INSERT INTO "word_keys" VALUES(-335334463,29);
INSERT INTO "word_keys" VALUES(-334546628,415);
INSERT INTO "word_keys" VALUES(-334303951,222);
INSERT INTO "word_keys" VALUES(-328589780,8);
INSERT INTO "word_keys" VALUES(-323221526,206);
INSERT INTO "word_keys" VALUES(-319774472,108);
INSERT INTO "word_keys" VALUES(-319538209,233);
INSERT INTO "word_keys" VALUES(-314747679,258);
INSERT INTO "word_keys" VALUES(-314747679,359);
INSERT INTO "word_keys" VALUES(-313605431,31);
INSERT INTO "word_keys" VALUES(-312273460,305);
INSERT INTO "word_keys" VALUES(-308254144,105);
INSERT INTO "word_keys" VALUES(-299546394,155);
INSERT INTO "word_keys" VALUES(-295938818,338);
INSERT INTO "word_keys" VALUES(-294951053,411);
INSERT INTO "word_keys" VALUES(-294645634,110);
INSERT INTO "word_keys" VALUES(-294125359,386);
INSERT INTO "word_keys" VALUES(-292109777,455);
INSERT INTO "word_keys" VALUES(-289231947,48);
INSERT INTO "word_keys" VALUES(-289231947,176);
INSERT INTO "word_keys" VALUES(-284535758,46);
INSERT INTO "word_keys" VALUES(-284535758,170);
INSERT INTO "word_keys" VALUES(-282459225,317);
INSERT INTO "word_keys" VALUES(-279712692,257);
INSERT INTO "word_keys" VALUES(-278729247,63);
INSERT INTO "word_keys" VALUES(-278647585,181);
INSERT INTO "word_keys" VALUES(-278647585,295);
INSERT INTO "word_keys" VALUES(-278647585,297);
INSERT INTO "word_keys" VALUES(-278254830,270);
INSERT INTO "word_keys" VALUES(-266464946,160);
INSERT INTO "word_keys" VALUES(-263183740,117);
INSERT INTO "word_keys" VALUES(-259648279,332);
INSERT INTO "word_keys" VALUES(-254198111,341);
INSERT INTO "word_keys" VALUES(-251458973,99);
INSERT INTO "word_keys" VALUES(-249459673,60);
INSERT INTO "word_keys" VALUES(-248939698,445);
INSERT INTO "word_keys" VALUES(-231428336,312);
INSERT INTO "word_keys" VALUES(-224880880,311);
INSERT INTO "word_keys" VALUES(-219892927,452);
INSERT INTO "word_keys" VALUES(-198810208,355);
INSERT INTO "word_keys" VALUES(-198031269,458);
INSERT INTO "word_keys" VALUES(-195867436,87);
INSERT INTO "word_keys" VALUES(-189189389,242);
INSERT INTO "word_keys" VALUES(-182756496,8);
INSERT INTO "word_keys" VALUES(-181941551,283);
INSERT INTO "word_keys" VALUES(-176455615,44);
INSERT INTO "word_keys" VALUES(-175116408,19);
INSERT INTO "word_keys" VALUES(-172818581,299);
INSERT INTO "word_keys" VALUES(-171033973,336);
INSERT INTO "word_keys" VALUES(-169357643,236);
INSERT INTO "word_keys" VALUES(-169219220,69);
INSERT INTO "word_keys" VALUES(-160420542,28);
INSERT INTO "word_keys" VALUES(-155857926,4);
INSERT INTO "word_keys" VALUES(-155857926,100);
INSERT INTO "word_keys" VALUES(-149606248,254);
INSERT INTO "word_keys" VALUES(-148090678,178);
INSERT INTO "word_keys" VALUES(-142942426,4);
INSERT INTO "word_keys" VALUES(-141756625,56);
INSERT INTO "word_keys" VALUES(-135932884,234);
INSERT INTO "word_keys" VALUES(-127723721,178);
INSERT INTO "word_keys" VALUES(-117195352,448);
INSERT INTO "word_keys" VALUES(-114603378,22);
INSERT INTO "word_keys" VALUES(-114272378,37);
INSERT INTO "word_keys" VALUES(-113547926,342);
INSERT INTO "word_keys" VALUES(-111300828,369);
INSERT INTO "word_keys" VALUES(-106518188,44);
INSERT INTO "word_keys" VALUES(-100932882,191);
INSERT INTO "word_keys" VALUES(-88254370,250);
INSERT INTO "word_keys" VALUES(-84021870,123);
INSERT INTO "word_keys" VALUES(-84021870,255);
INSERT INTO "word_keys" VALUES(-79815551,322);
INSERT INTO "word_keys" VALUES(-76554078,310);
INSERT INTO "word_keys" VALUES(-76554078,311);
INSERT INTO "word_keys" VALUES(-74910171,252);
INSERT INTO "word_keys" VALUES(-71246103,154);
INSERT INTO "word_keys" VALUES(-44051075,335);
INSERT INTO "word_keys" VALUES(-40883829,126);
INSERT INTO "word_keys" VALUES(-40883829,129);
INSERT INTO "word_keys" VALUES(-40883829,133);
INSERT INTO "word_keys" VALUES(-30358805,224);
INSERT INTO "word_keys" VALUES(-22393274,376);
INSERT INTO "word_keys" VALUES(-22311285,422);
INSERT INTO "word_keys" VALUES(-20407814,285);
INSERT INTO "word_keys" VALUES(-18280292,189);
INSERT INTO "word_keys" VALUES(-15066718,307);
INSERT INTO "word_keys" VALUES(-13333356,299);
INSERT INTO "word_keys" VALUES(-8689607,114);
INSERT INTO "word_keys" VALUES(-8492796,307);
INSERT INTO "word_keys" VALUES(-7015856,273);
INSERT INTO "word_keys" VALUES(-6941926,71);
INSERT INTO "word_keys" VALUES(-6941926,72);
INSERT INTO "word_keys" VALUES(7159013,13);
INSERT INTO "word_keys" VALUES(25692713,263);
INSERT INTO "word_keys" VALUES(26789982,32);
INSERT INTO "word_keys" VALUES(34036106,236);
INSERT INTO "word_keys" VALUES(36387323,264);
INSERT INTO "word_keys" VALUES(37930891,244);
INSERT INTO "word_keys" VALUES(39891629,278);
INSERT INTO "word_keys" VALUES(49475799,399);
INSERT INTO "word_keys" VALUES(49915343,48);
INSERT INTO "word_keys" VALUES(53021342,256);
INSERT INTO "word_keys" VALUES(59486245,363);
INSERT INTO "word_keys" VALUES(62556911,70);
INSERT INTO "word_keys" VALUES(62556911,251);
INSERT INTO "word_keys" VALUES(65134680,37);
INSERT INTO "word_keys" VALUES(65134680,70);
INSERT INTO "word_keys" VALUES(65134680,316);
INSERT INTO "word_keys" VALUES(67603838,91);
INSERT INTO "word_keys" VALUES(75213544,42);
INSERT INTO "word_keys" VALUES(76038884,57);
INSERT INTO "word_keys" VALUES(81033021,50);
INSERT INTO "word_keys" VALUES(85084421,417);
INSERT INTO "word_keys" VALUES(93013797,333);
INSERT INTO "word_keys" VALUES(96886944,261);
INSERT INTO "word_keys" VALUES(99427689,181);
INSERT INTO "word_keys" VALUES(99427689,295);
INSERT INTO "word_keys" VALUES(99427689,296);
INSERT INTO "word_keys" VALUES(99427689,297);
INSERT INTO "word_keys" VALUES(99427689,298);
INSERT INTO "word_keys" VALUES(99873327,86);
INSERT INTO "word_keys" VALUES(102722089,53);
INSERT INTO "word_keys" VALUES(106858084,72);
INSERT INTO "word_keys" VALUES(120150978,450);
INSERT INTO "word_keys" VALUES(121563835,444);
INSERT INTO "word_keys" VALUES(126274298,391);
INSERT INTO "word_keys" VALUES(127874729,118);
INSERT INTO "word_keys" VALUES(135958973,29);
INSERT INTO "word_keys" VALUES(145598546,153);
INSERT INTO "word_keys" VALUES(157544154,151);
INSERT INTO "word_keys" VALUES(160029389,283);
INSERT INTO "word_keys" VALUES(165514905,83);
INSERT INTO "word_keys" VALUES(167893390,187);
INSERT INTO "word_keys" VALUES(168531118,273);
INSERT INTO "word_keys" VALUES(173173645,306);
INSERT INTO "word_keys" VALUES(178566204,459);
INSERT INTO "word_keys" VALUES(180258264,416);
INSERT INTO "word_keys" VALUES(184174083,83);
INSERT INTO "word_keys" VALUES(189985404,50);
INSERT INTO "word_keys" VALUES(195673281,84);
INSERT INTO "word_keys" VALUES(197436951,237);
INSERT INTO "word_keys" VALUES(201799167,217);
INSERT INTO "word_keys" VALUES(203587735,69);
INSERT INTO "word_keys" VALUES(211268426,436);
INSERT INTO "word_keys" VALUES(212075822,65);
INSERT INTO "word_keys" VALUES(213034679,47);
INSERT INTO "word_keys" VALUES(222632898,460);
INSERT INTO "word_keys" VALUES(224465961,352);
INSERT INTO "word_keys" VALUES(230993796,256);
INSERT INTO "word_keys" VALUES(232516483,42);
INSERT INTO "word_keys" VALUES(232661585,3);
INSERT INTO "word_keys" VALUES(244326414,62);
INSERT INTO "word_keys" VALUES(244801281,438);
INSERT INTO "word_keys" VALUES(248784453,81);
INSERT INTO "word_keys" VALUES(248784453,224);
INSERT INTO "word_keys" VALUES(249647948,97);
INSERT INTO "word_keys" VALUES(249971122,52);
INSERT INTO "word_keys" VALUES(251462386,401);
INSERT INTO "word_keys" VALUES(264027181,158);
INSERT INTO "word_keys" VALUES(270842598,80);
INSERT INTO "word_keys" VALUES(274858494,311);
INSERT INTO "word_keys" VALUES(276242190,241);
INSERT INTO "word_keys" VALUES(282985818,315);
INSERT INTO "word_keys" VALUES(289263050,294);
INSERT INTO "word_keys" VALUES(289263050,308);
INSERT INTO "word_keys" VALUES(289459305,107);
INSERT INTO "word_keys" VALUES(300178915,273);
INSERT INTO "word_keys" VALUES(302754889,159);
INSERT INTO "word_keys" VALUES(309456471,148);
INSERT INTO "word_keys" VALUES(319799120,371);
INSERT INTO "word_keys" VALUES(329333475,20);
INSERT INTO "word_keys" VALUES(338683018,141);
INSERT INTO "word_keys" VALUES(342842664,447);
INSERT INTO "word_keys" VALUES(345816635,399);
INSERT INTO "word_keys" VALUES(346474512,249);
INSERT INTO "word_keys" VALUES(348069310,131);
INSERT INTO "word_keys" VALUES(351956025,308);
INSERT INTO "word_keys" VALUES(362304539,343);
INSERT INTO "word_keys" VALUES(367377592,172);
INSERT INTO "word_keys" VALUES(369541886,280);
INSERT INTO "word_keys" VALUES(369710507,200);
INSERT INTO "word_keys" VALUES(369710507,201);
INSERT INTO "word_keys" VALUES(386192951,171);
INSERT INTO "word_keys" VALUES(389350470,95);
INSERT INTO "word_keys" VALUES(393430596,318);
INSERT INTO "word_keys" VALUES(394180562,325);
INSERT INTO "word_keys" VALUES(395622151,445);
INSERT INTO "word_keys" VALUES(396406179,210);
INSERT INTO "word_keys" VALUES(401526765,447);
INSERT INTO "word_keys" VALUES(402001829,449);
INSERT INTO "word_keys" VALUES(410464781,55);
INSERT INTO "word_keys" VALUES(414223792,190);
INSERT INTO "word_keys" VALUES(415037457,271);
INSERT INTO "word_keys" VALUES(415646723,420);
INSERT INTO "word_keys" VALUES(429791786,85);
INSERT INTO "word_keys" VALUES(429791786,335);
INSERT INTO "word_keys" VALUES(429791786,336);
INSERT INTO "word_keys" VALUES(432250846,109);
INSERT INTO "word_keys" VALUES(432995509,66);
INSERT INTO "word_keys" VALUES(441268153,140);
INSERT INTO "word_keys" VALUES(452032306,175);
INSERT INTO "word_keys" VALUES(454441193,128);
INSERT INTO "word_keys" VALUES(454953746,300);
INSERT INTO "word_keys" VALUES(457233013,327);
INSERT INTO "word_keys" VALUES(464552144,169);
INSERT INTO "word_keys" VALUES(485626540,361);
INSERT INTO "word_keys" VALUES(491403876,387);
INSERT INTO "word_keys" VALUES(498975432,401);
INSERT INTO "word_keys" VALUES(500566884,324);
INSERT INTO "word_keys" VALUES(501399341,153);
INSERT INTO "word_keys" VALUES(501947340,332);
INSERT INTO "word_keys" VALUES(505415635,39);
INSERT INTO "word_keys" VALUES(507220114,85);
INSERT INTO "word_keys" VALUES(511920237,89);
INSERT INTO "word_keys" VALUES(519880935,259);
INSERT INTO "word_keys" VALUES(527768454,364);
INSERT INTO "word_keys" VALUES(534916455,76);
INSERT INTO "word_keys" VALUES(536526723,315);
INSERT INTO "word_keys" VALUES(539875275,458);
INSERT INTO "word_keys" VALUES(540973121,99);
INSERT INTO "word_keys" VALUES(543902371,176);
INSERT INTO "word_keys" VALUES(557556454,69);
INSERT INTO "word_keys" VALUES(565083930,332);
INSERT INTO "word_keys" VALUES(567279635,256);
INSERT INTO "word_keys" VALUES(567279635,265);
INSERT INTO "word_keys" VALUES(567528352,246);
INSERT INTO "word_keys" VALUES(569636365,29);
INSERT INTO "word_keys" VALUES(571371504,336);
INSERT INTO "word_keys" VALUES(572369405,299);
INSERT INTO "word_keys" VALUES(576259911,395);
INSERT INTO "word_keys" VALUES(580151039,113);
INSERT INTO "word_keys" VALUES(602184759,52);
INSERT INTO "word_keys" VALUES(611338306,281);
INSERT INTO "word_keys" VALUES(612896460,439);
INSERT INTO "word_keys" VALUES(612896460,440);
INSERT INTO "word_keys" VALUES(613942544,63);
INSERT INTO "word_keys" VALUES(616473264,77);
INSERT INTO "word_keys" VALUES(630756641,387);
INSERT INTO "word_keys" VALUES(632002322,201);
INSERT INTO "word_keys" VALUES(640030806,380);
INSERT INTO "word_keys" VALUES(644505446,306);
INSERT INTO "word_keys" VALUES(648577243,288);
INSERT INTO "word_keys" VALUES(650584788,48);
INSERT INTO "word_keys" VALUES(650584788,176);
INSERT INTO "word_keys" VALUES(652023903,155);
INSERT INTO "word_keys" VALUES(664298253,38);
INSERT INTO "word_keys" VALUES(665215936,25);
INSERT INTO "word_keys" VALUES(685289648,397);
INSERT INTO "word_keys" VALUES(685295557,320);
INSERT INTO "word_keys" VALUES(690587924,140);
INSERT INTO "word_keys" VALUES(699361229,12);
INSERT INTO "word_keys" VALUES(714654864,153);
INSERT INTO "word_keys" VALUES(716635070,213);
INSERT INTO "word_keys" VALUES(717171507,231);
INSERT INTO "word_keys" VALUES(724991860,251);
INSERT INTO "word_keys" VALUES(725941230,458);
INSERT INTO "word_keys" VALUES(728291330,384);
INSERT INTO "word_keys" VALUES(740096892,144);
INSERT INTO "word_keys" VALUES(741217401,346);
INSERT INTO "word_keys" VALUES(744181248,57);
INSERT INTO "word_keys" VALUES(744758703,90);
INSERT INTO "word_keys" VALUES(745818671,328);
INSERT INTO "word_keys" VALUES(750590734,139);
INSERT INTO "word_keys" VALUES(750590734,357);
INSERT INTO "word_keys" VALUES(754976787,414);
INSERT INTO "word_keys" VALUES(755194783,388);
INSERT INTO "word_keys" VALUES(756201273,320);
INSERT INTO "word_keys" VALUES(776472943,201);
INSERT INTO "word_keys" VALUES(778683305,199);
INSERT INTO "word_keys" VALUES(779565926,436);
INSERT INTO "word_keys" VALUES(783470056,84);
INSERT INTO "word_keys" VALUES(787223864,75);
INSERT INTO "word_keys" VALUES(787856451,318);
INSERT INTO "word_keys" VALUES(795364456,144);
INSERT INTO "word_keys" VALUES(795364456,145);
INSERT INTO "word_keys" VALUES(795364456,258);
INSERT INTO "word_keys" VALUES(795364456,359);
INSERT INTO "word_keys" VALUES(795364456,360);
INSERT INTO "word_keys" VALUES(812835045,320);
INSERT INTO "word_keys" VALUES(817094847,338);
INSERT INTO "word_keys" VALUES(822456291,146);
INSERT INTO "word_keys" VALUES(823005595,309);
INSERT INTO "word_keys" VALUES(824984474,5);
INSERT INTO "word_keys" VALUES(824984474,101);
INSERT INTO "word_keys" VALUES(827801425,85);
INSERT INTO "word_keys" VALUES(828450793,73);
INSERT INTO "word_keys" VALUES(828450793,428);
INSERT INTO "word_keys" VALUES(832264029,305);
INSERT INTO "word_keys" VALUES(841246618,43);
INSERT INTO "word_keys" VALUES(841246618,166);
INSERT INTO "word_keys" VALUES(849850129,67);
INSERT INTO "word_keys" VALUES(849996286,284);
INSERT INTO "word_keys" VALUES(855044076,86);
INSERT INTO "word_keys" VALUES(874336315,98);
INSERT INTO "word_keys" VALUES(879101488,235);
INSERT INTO "word_keys" VALUES(891902380,312);
INSERT INTO "word_keys" VALUES(893061302,398);
INSERT INTO "word_keys" VALUES(894018435,46);
INSERT INTO "word_keys" VALUES(894018435,168);
INSERT INTO "word_keys" VALUES(894018435,170);
INSERT INTO "word_keys" VALUES(900856085,338);
INSERT INTO "word_keys" VALUES(905475863,206);
INSERT INTO "word_keys" VALUES(915352443,383);
INSERT INTO "word_keys" VALUES(919621019,304);
INSERT INTO "word_keys" VALUES(928231295,202);
INSERT INTO "word_keys" VALUES(929020520,251);
INSERT INTO "word_keys" VALUES(930382746,15);
INSERT INTO "word_keys" VALUES(937658025,244);
INSERT INTO "word_keys" VALUES(939660766,30);
INSERT INTO "word_keys" VALUES(941544324,360);
INSERT INTO "word_keys" VALUES(947752906,315);
INSERT INTO "word_keys" VALUES(948220208,54);
INSERT INTO "word_keys" VALUES(952222961,324);
INSERT INTO "word_keys" VALUES(957011575,304);
INSERT INTO "word_keys" VALUES(958046576,150);
INSERT INTO "word_keys" VALUES(960093901,20);
INSERT INTO "word_keys" VALUES(962346090,293);
INSERT INTO "word_keys" VALUES(966513427,434);
INSERT INTO "word_keys" VALUES(973414993,58);
INSERT INTO "word_keys" VALUES(973729299,14);
INSERT INTO "word_keys" VALUES(973937702,230);
INSERT INTO "word_keys" VALUES(973937702,231);
INSERT INTO "word_keys" VALUES(974156509,269);
INSERT INTO "word_keys" VALUES(977871834,299);
INSERT INTO "word_keys" VALUES(985741809,54);
INSERT INTO "word_keys" VALUES(985741809,455);
INSERT INTO "word_keys" VALUES(988433084,252);
INSERT INTO "word_keys" VALUES(995321817,314);
INSERT INTO "word_keys" VALUES(999944179,339);
INSERT INTO "word_keys" VALUES(1007969485,341);
INSERT INTO "word_keys" VALUES(1011805247,441);
INSERT INTO "word_keys" VALUES(1017142854,341);
INSERT INTO "word_keys" VALUES(1022189864,57);
INSERT INTO "word_keys" VALUES(1027578692,449);
INSERT INTO "word_keys" VALUES(1034718842,303);
INSERT INTO "word_keys" VALUES(1039584183,239);
INSERT INTO "word_keys" VALUES(1041017102,114);
INSERT INTO "word_keys" VALUES(1041313589,179);
INSERT INTO "word_keys" VALUES(1041313589,292);
INSERT INTO "word_keys" VALUES(1042011229,453);
INSERT INTO "word_keys" VALUES(1043979823,141);
INSERT INTO "word_keys" VALUES(1052123805,378);
INSERT INTO "word_keys" VALUES(1057823763,24);
INSERT INTO "word_keys" VALUES(1063879757,383);
INSERT INTO "word_keys" VALUES(1068109885,8);
INSERT INTO "word_keys" VALUES(1068452570,151);
INSERT INTO "word_keys" VALUES(1069199323,429);
INSERT INTO "word_keys" VALUES(1074813961,377);
INSERT INTO "word_keys" VALUES(1079781037,9);
INSERT INTO "word_keys" VALUES(1080258065,146);
INSERT INTO "word_keys" VALUES(1088796178,12);
INSERT INTO "word_keys" VALUES(1090654335,8);
INSERT INTO "word_keys" VALUES(1096146681,156);
INSERT INTO "word_keys" VALUES(1100656742,447);
INSERT INTO "word_keys" VALUES(1107453232,67);
INSERT INTO "word_keys" VALUES(1107571567,75);
INSERT INTO "word_keys" VALUES(1109425437,193);
INSERT INTO "word_keys" VALUES(1115292081,113);
INSERT INTO "word_keys" VALUES(1118397867,313);
INSERT INTO "word_keys" VALUES(1124044085,443);
INSERT INTO "word_keys" VALUES(1128416363,311);
INSERT INTO "word_keys" VALUES(1130374919,242);
INSERT INTO "word_keys" VALUES(1130374919,276);
INSERT INTO "word_keys" VALUES(1131226746,48);
INSERT INTO "word_keys" VALUES(1133095544,58);
INSERT INTO "word_keys" VALUES(1134292004,311);
INSERT INTO "word_keys" VALUES(1137181020,256);
INSERT INTO "word_keys" VALUES(1140076824,278);
INSERT INTO "word_keys" VALUES(1146879801,7);
INSERT INTO "word_keys" VALUES(1149199643,122);
INSERT INTO "word_keys" VALUES(1180892664,26);
INSERT INTO "word_keys" VALUES(1189019934,42);
INSERT INTO "word_keys" VALUES(1189470196,161);
INSERT INTO "word_keys" VALUES(1192537674,459);
INSERT INTO "word_keys" VALUES(1193604417,379);
INSERT INTO "word_keys" VALUES(1195256800,339);
INSERT INTO "word_keys" VALUES(1199311267,228);
INSERT INTO "word_keys" VALUES(1200006986,98);
INSERT INTO "word_keys" VALUES(1200777070,25);
INSERT INTO "word_keys" VALUES(1202873321,44);
INSERT INTO "word_keys" VALUES(1203131398,54);
INSERT INTO "word_keys" VALUES(1204422097,72);
INSERT INTO "word_keys" VALUES(1205411683,328);
INSERT INTO "word_keys" VALUES(1214626491,317);
INSERT INTO "word_keys" VALUES(1216724250,84);
INSERT INTO "word_keys" VALUES(1218107095,425);
INSERT INTO "word_keys" VALUES(1223802247,326);
INSERT INTO "word_keys" VALUES(1226913332,111);
INSERT INTO "word_keys" VALUES(1226913332,112);
INSERT INTO "word_keys" VALUES(1227092489,424);
INSERT INTO "word_keys" VALUES(1228228572,331);
INSERT INTO "word_keys" VALUES(1232351273,4);
INSERT INTO "word_keys" VALUES(1236165636,367);
INSERT INTO "word_keys" VALUES(1247788209,225);
INSERT INTO "word_keys" VALUES(1252075575,19);
INSERT INTO "word_keys" VALUES(1255492977,292);
INSERT INTO "word_keys" VALUES(1257278793,66);
INSERT INTO "word_keys" VALUES(1260019918,242);
INSERT INTO "word_keys" VALUES(1264591073,370);
INSERT INTO "word_keys" VALUES(1266832544,279);
INSERT INTO "word_keys" VALUES(1269977738,266);
INSERT INTO "word_keys" VALUES(1269977738,372);
INSERT INTO "word_keys" VALUES(1275393118,262);
INSERT INTO "word_keys" VALUES(1275393118,309);
INSERT INTO "word_keys" VALUES(1279089062,75);
INSERT INTO "word_keys" VALUES(1279959524,3);
INSERT INTO "word_keys" VALUES(1284386622,116);
INSERT INTO "word_keys" VALUES(1293720955,5);
INSERT INTO "word_keys" VALUES(1293720955,101);
INSERT INTO "word_keys" VALUES(1301931210,249);
INSERT INTO "word_keys" VALUES(1304221179,423);
INSERT INTO "word_keys" VALUES(1306077164,63);
INSERT INTO "word_keys" VALUES(1307149926,447);
INSERT INTO "word_keys" VALUES(1310171224,459);
INSERT INTO "word_keys" VALUES(1311756711,25);
INSERT INTO "word_keys" VALUES(1315369159,225);
INSERT INTO "word_keys" VALUES(1319612377,112);
INSERT INTO "word_keys" VALUES(1322434563,441);
INSERT INTO "word_keys" VALUES(1329650104,332);
INSERT INTO "word_keys" VALUES(1335721348,33);
INSERT INTO "word_keys" VALUES(1338671680,435);
INSERT INTO "word_keys" VALUES(1348117366,366);
INSERT INTO "word_keys" VALUES(1358416906,190);
INSERT INTO "word_keys" VALUES(1364450254,412);
INSERT INTO "word_keys" VALUES(1369537673,310);
INSERT INTO "word_keys" VALUES(1370279761,20);
INSERT INTO "word_keys" VALUES(1378670722,452);
INSERT INTO "word_keys" VALUES(1378872299,104);
INSERT INTO "word_keys" VALUES(1379947447,230);
INSERT INTO "word_keys" VALUES(1379947447,231);
INSERT INTO "word_keys" VALUES(1380057067,291);
INSERT INTO "word_keys" VALUES(1387533096,183);
INSERT INTO "word_keys" VALUES(1389109648,294);
INSERT INTO "word_keys" VALUES(1398440896,75);
INSERT INTO "word_keys" VALUES(1399295908,51);
INSERT INTO "word_keys" VALUES(1399295908,294);
INSERT INTO "word_keys" VALUES(1406312871,245);
INSERT INTO "word_keys" VALUES(1414658413,22);
INSERT INTO "word_keys" VALUES(1434277184,21);
INSERT INTO "word_keys" VALUES(1448981042,42);
INSERT INTO "word_keys" VALUES(1449157337,443);
INSERT INTO "word_keys" VALUES(1449708599,146);
INSERT INTO "word_keys" VALUES(1450579348,84);
INSERT INTO "word_keys" VALUES(1451713716,192);
INSERT INTO "word_keys" VALUES(1452163088,374);
INSERT INTO "word_keys" VALUES(1453150485,26);
INSERT INTO "word_keys" VALUES(1453150485,264);
INSERT INTO "word_keys" VALUES(1454234896,78);
INSERT INTO "word_keys" VALUES(1454532284,14);
INSERT INTO "word_keys" VALUES(1454699724,142);
INSERT INTO "word_keys" VALUES(1457729294,55);
INSERT INTO "word_keys" VALUES(1458340073,80);
INSERT INTO "word_keys" VALUES(1461057722,256);
INSERT INTO "word_keys" VALUES(1463191425,299);
INSERT INTO "word_keys" VALUES(1468711486,135);
INSERT INTO "word_keys" VALUES(1483245251,250);
INSERT INTO "word_keys" VALUES(1485066812,267);
INSERT INTO "word_keys" VALUES(1485860706,63);
INSERT INTO "word_keys" VALUES(1490297934,26);
INSERT INTO "word_keys" VALUES(1493883070,268);
INSERT INTO "word_keys" VALUES(1495819001,331);
INSERT INTO "word_keys" VALUES(1495930728,76);
INSERT INTO "word_keys" VALUES(1498912591,218);
INSERT INTO "word_keys" VALUES(1510789354,39);
INSERT INTO "word_keys" VALUES(1529352323,169);
INSERT INTO "word_keys" VALUES(1529958019,181);
INSERT INTO "word_keys" VALUES(1529958019,295);
INSERT INTO "word_keys" VALUES(1529958019,296);
INSERT INTO "word_keys" VALUES(1529958019,297);
INSERT INTO "word_keys" VALUES(1537864710,21);
INSERT INTO "word_keys" VALUES(1549491292,365);
INSERT INTO "word_keys" VALUES(1560269889,430);
INSERT INTO "word_keys" VALUES(1569897491,388);
INSERT INTO "word_keys" VALUES(1571681376,75);
INSERT INTO "word_keys" VALUES(1576038549,63);
INSERT INTO "word_keys" VALUES(1582760419,59);
INSERT INTO "word_keys" VALUES(1583957286,124);
INSERT INTO "word_keys" VALUES(1583957286,125);
INSERT INTO "word_keys" VALUES(1597657054,262);
INSERT INTO "word_keys" VALUES(1598075152,331);
INSERT INTO "word_keys" VALUES(1607609609,49);
INSERT INTO "word_keys" VALUES(1614673635,29);
INSERT INTO "word_keys" VALUES(1615128478,447);
INSERT INTO "word_keys" VALUES(1618748829,68);
INSERT INTO "word_keys" VALUES(1619893458,178);
INSERT INTO "word_keys" VALUES(1623347996,232);
INSERT INTO "word_keys" VALUES(1623347996,337);
INSERT INTO "word_keys" VALUES(1625606555,14);
INSERT INTO "word_keys" VALUES(1630053208,6);
INSERT INTO "word_keys" VALUES(1636208041,402);
INSERT INTO "word_keys" VALUES(1637430316,315);
INSERT INTO "word_keys" VALUES(1639295453,42);
INSERT INTO "word_keys" VALUES(1646743497,147);
INSERT INTO "word_keys" VALUES(1653837555,323);
INSERT INTO "word_keys" VALUES(1656340603,437);
INSERT INTO "word_keys" VALUES(1663100441,50);
INSERT INTO "word_keys" VALUES(1666751652,11);
INSERT INTO "word_keys" VALUES(1667358240,349);
INSERT INTO "word_keys" VALUES(1669681729,37);
INSERT INTO "word_keys" VALUES(1669994054,332);
INSERT INTO "word_keys" VALUES(1674299137,25);
INSERT INTO "word_keys" VALUES(1677022885,59);
INSERT INTO "word_keys" VALUES(1688345967,28);
INSERT INTO "word_keys" VALUES(1688378840,64);
INSERT INTO "word_keys" VALUES(1691755177,212);
INSERT INTO "word_keys" VALUES(1694321404,82);
INSERT INTO "word_keys" VALUES(1695325407,272);
INSERT INTO "word_keys" VALUES(1695325407,332);
INSERT INTO "word_keys" VALUES(1700522228,69);
INSERT INTO "word_keys" VALUES(1702946994,260);
INSERT INTO "word_keys" VALUES(1706143814,220);
INSERT INTO "word_keys" VALUES(1718271378,44);
INSERT INTO "word_keys" VALUES(1718367857,36);
INSERT INTO "word_keys" VALUES(1718367857,162);
INSERT INTO "word_keys" VALUES(1718367857,382);
INSERT INTO "word_keys" VALUES(1722766934,38);
INSERT INTO "word_keys" VALUES(1726555192,339);
INSERT INTO "word_keys" VALUES(1727639077,343);
INSERT INTO "word_keys" VALUES(1729305682,333);
INSERT INTO "word_keys" VALUES(1733490375,220);
INSERT INTO "word_keys" VALUES(1737979614,389);
INSERT INTO "word_keys" VALUES(1747163720,318);
INSERT INTO "word_keys" VALUES(1747475834,251);
INSERT INTO "word_keys" VALUES(1756872259,88);
INSERT INTO "word_keys" VALUES(1756872259,95);
INSERT INTO "word_keys" VALUES(1756872259,102);
INSERT INTO "word_keys" VALUES(1763567166,445);
INSERT INTO "word_keys" VALUES(1765398663,154);
INSERT INTO "word_keys" VALUES(1765895514,353);
INSERT INTO "word_keys" VALUES(1770475884,364);
INSERT INTO "word_keys" VALUES(1775240159,108);
INSERT INTO "word_keys" VALUES(1779715001,225);
INSERT INTO "word_keys" VALUES(1780900993,19);
INSERT INTO "word_keys" VALUES(1787789707,410);
INSERT INTO "word_keys" VALUES(1792777552,163);
INSERT INTO "word_keys" VALUES(1792818149,261);
INSERT INTO "word_keys" VALUES(1797668365,274);
INSERT INTO "word_keys" VALUES(1799206573,385);
INSERT INTO "word_keys" VALUES(1799412919,373);
INSERT INTO "word_keys" VALUES(1802278093,437);
INSERT INTO "word_keys" VALUES(1804275236,306);
INSERT INTO "word_keys" VALUES(1813055615,354);
INSERT INTO "word_keys" VALUES(1817231698,13);
INSERT INTO "word_keys" VALUES(1824437390,452);
INSERT INTO "word_keys" VALUES(1825922246,457);
INSERT INTO "word_keys" VALUES(1826171898,40);
INSERT INTO "word_keys" VALUES(1831490706,401);
INSERT INTO "word_keys" VALUES(1838074441,234);
INSERT INTO "word_keys" VALUES(1846576217,8);
INSERT INTO "word_keys" VALUES(1846589209,390);
INSERT INTO "word_keys" VALUES(1852798863,369);
INSERT INTO "word_keys" VALUES(1855014248,138);
INSERT INTO "word_keys" VALUES(1864883481,247);
INSERT INTO "word_keys" VALUES(1869941240,149);
INSERT INTO "word_keys" VALUES(1871236179,81);
INSERT INTO "word_keys" VALUES(1876589146,358);
INSERT INTO "word_keys" VALUES(1878418414,329);
INSERT INTO "word_keys" VALUES(1879932507,282);
INSERT INTO "word_keys" VALUES(1880651668,304);
INSERT INTO "word_keys" VALUES(1882135724,38);
INSERT INTO "word_keys" VALUES(1882135724,276);
INSERT INTO "word_keys" VALUES(1883725799,313);
INSERT INTO "word_keys" VALUES(1884812112,134);
INSERT INTO "word_keys" VALUES(1888677011,41);
INSERT INTO "word_keys" VALUES(1890364326,290);
INSERT INTO "word_keys" VALUES(1893170918,324);
INSERT INTO "word_keys" VALUES(1894013865,64);
INSERT INTO "word_keys" VALUES(1898365315,375);
INSERT INTO "word_keys" VALUES(1901221308,83);
INSERT INTO "word_keys" VALUES(1901221308,330);
INSERT INTO "word_keys" VALUES(1901221308,331);
INSERT INTO "word_keys" VALUES(1904791358,45);
INSERT INTO "word_keys" VALUES(1904897412,302);
INSERT INTO "word_keys" VALUES(1910930903,321);
INSERT INTO "word_keys" VALUES(1913605794,339);
INSERT INTO "word_keys" VALUES(1916207705,87);
INSERT INTO "word_keys" VALUES(1919773246,434);
INSERT INTO "word_keys" VALUES(1924053204,54);
INSERT INTO "word_keys" VALUES(1924053204,455);
INSERT INTO "word_keys" VALUES(1928786096,375);
INSERT INTO "word_keys" VALUES(1928917610,343);
INSERT INTO "word_keys" VALUES(1934862984,221);
INSERT INTO "word_keys" VALUES(1937193157,5);
INSERT INTO "word_keys" VALUES(1949526175,102);
INSERT INTO "word_keys" VALUES(1952272486,27);
INSERT INTO "word_keys" VALUES(1956017709,87);
INSERT INTO "word_keys" VALUES(1959247211,447);
INSERT INTO "word_keys" VALUES(1959550189,93);
INSERT INTO "word_keys" VALUES(1964368185,174);
INSERT INTO "word_keys" VALUES(1971698798,66);
INSERT INTO "word_keys" VALUES(1971698798,197);
INSERT INTO "word_keys" VALUES(1975191758,49);
INSERT INTO "word_keys" VALUES(1987509464,61);
INSERT INTO "word_keys" VALUES(1988154000,165);
INSERT INTO "word_keys" VALUES(1990982494,301);
INSERT INTO "word_keys" VALUES(1994205200,79);
INSERT INTO "word_keys" VALUES(1994911695,35);
INSERT INTO "word_keys" VALUES(1996287486,312);
INSERT INTO "word_keys" VALUES(2006768464,321);
INSERT INTO "word_keys" VALUES(2007165253,407);
INSERT INTO "word_keys" VALUES(2009465467,289);
INSERT INTO "word_keys" VALUES(2010231583,277);
INSERT INTO "word_keys" VALUES(2014663804,314);
INSERT INTO "word_keys" VALUES(2028522239,193);
INSERT INTO "word_keys" VALUES(2029090258,306);
INSERT INTO "word_keys" VALUES(2036294940,108);
INSERT INTO "word_keys" VALUES(2036776427,296);
INSERT INTO "word_keys" VALUES(2037574493,381);
INSERT INTO "word_keys" VALUES(2046216751,24);
INSERT INTO "word_keys" VALUES(2048069794,274);
INSERT INTO "word_keys" VALUES(2049390238,29);
INSERT INTO "word_keys" VALUES(2068897548,311);
INSERT INTO "word_keys" VALUES(2079663715,203);
INSERT INTO "word_keys" VALUES(2080714722,84);
INSERT INTO "word_keys" VALUES(2082103063,357);
INSERT INTO "word_keys" VALUES(2084013368,379);
INSERT INTO "word_keys" VALUES(2090261166,332);
INSERT INTO "word_keys" VALUES(2093587557,195);
INSERT INTO "word_keys" VALUES(2093587557,196);
INSERT INTO "word_keys" VALUES(2094021909,157);
INSERT INTO "word_keys" VALUES(2094765661,332);
INSERT INTO "word_keys" VALUES(2095056387,73);
INSERT INTO "word_keys" VALUES(2102244967,23);
INSERT INTO "word_keys" VALUES(2103260367,247);
INSERT INTO "word_keys" VALUES(2103260367,344);
INSERT INTO "word_keys" VALUES(2109151074,31);
INSERT INTO "word_keys" VALUES(2110013980,233);
INSERT INTO "word_keys" VALUES(2112782274,140);
INSERT INTO "word_keys" VALUES(2116440261,268);
INSERT INTO "word_keys" VALUES(2117903064,278);
INSERT INTO "word_keys" VALUES(2118471937,39);
INSERT INTO "word_keys" VALUES(2119232627,312);
INSERT INTO "word_keys" VALUES(2123764765,69);
INSERT INTO "word_keys" VALUES(2142729347,15);
CREATE TABLE words (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	language TEXT NOT NULL, 
	text TEXT NOT NULL, 
	folded TEXT NOT NULL, 
	firsts TEXT NOT NULL, 
	lasts TEXT NOT NULL
);
INSERT INTO "words" VALUES(1,'de','130','130','[]','[]');
INSERT INTO "words" VALUES(2,'de','3000','3000','[]','[]');
INSERT INTO "words" VALUES(3,'de','Altdorf','altdorf','[]','[]');
INSERT INTO "words" VALUES(4,'de','Après','après','[]','[]');
INSERT INTO "words" VALUES(5,'de','Arbeiten','arbeiten','[]','[]');
INSERT INTO "words" VALUES(6,'de','Auftrag','auftrag','[]','[]');
INSERT INTO "words" VALUES(7,'de','Autofahrer','autofahrer','["auto"]','["fahrer"]');
INSERT INTO "words" VALUES(8,'de','Axenstrasse','axenstrasse','["axe", "axen"]','["strass", "strasse"]');
INSERT INTO "words" VALUES(9,'de','Ballons','ballons','[]','[]');
INSERT INTO "words" VALUES(10,'de','Beide','beide','[]','[]');
INSERT INTO "words" VALUES(11,'de','Bellevue','bellevue','[]','[]');
INSERT INTO "words" VALUES(12,'de','Betroffen','betroffen','[]','[]');
INSERT INTO "words" VALUES(13,'de','Bundestag','bundestag','["bund", "bunde", "bundes"]','["tag"]');
INSERT INTO "words" VALUES(14,'de','Böen','boeen','[]','[]');
INSERT INTO "words" VALUES(15,'de','Debatte','debatte','[]','[]');
INSERT INTO "words" VALUES(16,'de','Der','der','[]','[]');
INSERT INTO "words" VALUES(17,'de','Dezember','dezember','[]','[]');
INSERT INTO "words" VALUES(18,'de','Die','die','[]','[]');
INSERT INTO "words" VALUES(19,'de','Diebstähle','diebstaehle','["dieb"]','["staehle", "stahl"]');
INSERT INTO "words" VALUES(20,'de','Dächer','daecher','[]','[]');
INSERT INTO "words" VALUES(21,'de','Elbtunnel','elbtunnel','["elb", "elbe"]','["tunnel"]');
INSERT INTO "words" VALUES(22,'de','Ermittler','ermittler','[]','[]');
INSERT INTO "words" VALUES(23,'de','Etappen','etappen','[]','[]');
INSERT INTO "words" VALUES(24,'de','Ferry','ferry','[]','[]');
INSERT INTO "words" VALUES(25,'de','Fraktionen','fraktionen','[]','[]');
INSERT INTO "words" VALUES(26,'de','Freitag','freitag','["frei", "freie"]','["tag"]');
INSERT INTO "words" VALUES(27,'de','Frühjahr','fruehjahr','["frueh"]','["jahr"]');
INSERT INTO "words" VALUES(28,'de','Frühling','fruehling','[]','[]');
INSERT INTO "words" VALUES(29,'de','Föhnsturm','foehnsturm','["foehn"]','["sturm"]');
INSERT INTO "words" VALUES(30,'de','Gebaut','gebaut','[]','[]');
INSERT INTO "words" VALUES(31,'de','Gelder','gelder','[]','[]');
INSERT INTO "words" VALUES(32,'de','Grenze','grenze','[]','[]');
INSERT INTO "words" VALUES(33,'de','Grund','grund','[]','[]');
INSERT INTO "words" VALUES(34,'de','Gruppe','gruppe','[]','[]');
INSERT INTO "words" VALUES(35,'de','Hackergruppe','hackergruppe','["hacker"]','["gruppe"]');
INSERT INTO "words" VALUES(36,'de','In','in','[]','[]');
INSERT INTO "words" VALUES(37,'de','Innenstadt','innenstadt','["inne", "innen"]','["stadt"]');
INSERT INTO "words" VALUES(38,'de','Jahren','jahren','[]','[]');
INSERT INTO "words" VALUES(39,'de','Kilometern','kilometern','["kilo"]','["meter", "metern"]');
INSERT INTO "words" VALUES(40,'de','Kleinbusse','kleinbusse','["klein", "kleine"]','["bus", "busse"]');
INSERT INTO "words" VALUES(41,'de','Kredit','kredit','[]','[]');
INSERT INTO "words" VALUES(42,'de','Kryptobörsen','kryptoboersen','["krypto", "krypton"]','["boerse", "boersen"]');
INSERT INTO "words" VALUES(43,'de','La','la','[]','[]');
INSERT INTO "words" VALUES(44,'de','Lautsprechern','lautsprechern','["laut"]','["sprecher", "sprechern"]');
INSERT INTO "words" VALUES(45,'de','Lavaux','lavaux','[]','[]');
INSERT INTO "words" VALUES(46,'de','Les','les','[]','[]');
INSERT INTO "words" VALUES(47,'de','Lüftung','lueftung','[]','[]');
INSERT INTO "words" VALUES(48,'de','Minuten','minuten','[]','[]');
INSERT INTO "words" VALUES(49,'de','Monday','monday','[]','[]');
INSERT INTO "words" VALUES(50,'de','Morgen','morgen','["mor", "more"]','["gen"]');
INSERT INTO "words" VALUES(51,'de','Nacht','nacht','[]','[]');
INSERT INTO "words" VALUES(52,'de','Neither','neither','[]','[]');
INSERT INTO "words" VALUES(53,'de','Nordkorea','nordkorea','[]','[]');
INSERT INTO "words" VALUES(54,'de','Nordkoreanischer','nordkoreanischer','[]','[]');
INSERT INTO "words" VALUES(55,'de','Officials','officials','[]','[]');
INSERT INTO "words" VALUES(56,'de','Pjöngjang','pjoengjang','[]','[]');
INSERT INTO "words" VALUES(57,'de','Plusieurs','plusieurs','[]','[]');
INSERT INTO "words" VALUES(58,'de','Popmusik','popmusik','["pop"]','["musik"]');
INSERT INTO "words" VALUES(59,'de','Provokation','provokation','[]','[]');
INSERT INTO "words" VALUES(60,'de','Putin','putin','[]','[]');
INSERT INTO "words" VALUES(61,'de','Redner','redner','[]','[]');
INSERT INTO "words" VALUES(62,'de','Schrauben','schrauben','[]','[]');
INSERT INTO "words" VALUES(63,'de','Schuldenbremse','schuldenbremse','["schuld", "schulden"]','["bremse"]');
INSERT INTO "words" VALUES(64,'de','Season','season','[]','[]');
INSERT INTO "words" VALUES(65,'de','See','see','[]','[]');
INSERT INTO "words" VALUES(66,'de','Seiten','seiten','[]','[]');
INSERT INTO "words" VALUES(67,'de','Spiegel','spiegel','["spi", "spin"]','["egel"]');
INSERT INTO "words" VALUES(68,'de','Spur','spur','[]','[]');
INSERT INTO "words" VALUES(69,'de','Staates','staates','[]','[]');
INSERT INTO "words" VALUES(70,'de','Stadtrat','stadtrat','["stadt"]','["rat"]');
INSERT INTO "words" VALUES(71,'de','Stunde','stunde','[]','[]');
INSERT INTO "words" VALUES(72,'de','Stunden','stunden','[]','[]');
INSERT INTO "words" VALUES(73,'de','Süden','sueden','[]','[]');
INSERT INTO "words" VALUES(74,'de','The','the','[]','[]');
INSERT INTO "words" VALUES(75,'de','Tiefenbrunnen','tiefenbrunnen','["tief", "tiefe", "tiefen"]','["brunnen"]');
INSERT INTO "words" VALUES(76,'de','Trump','trump','[]','[]');
INSERT INTO "words" VALUES(77,'de','Umwege','umwege','[]','[]');
INSERT INTO "words" VALUES(78,'de','Urnerland','urnerland','[]','[]');
INSERT INTO "words" VALUES(79,'de','VW','vw','[]','[]');
INSERT INTO "words" VALUES(80,'de','Velos','velos','[]','[]');
INSERT INTO "words" VALUES(81,'de','Velowege','velowege','["velo"]','["weg", "wege"]');
INSERT INTO "words" VALUES(82,'de','Verletzt','verletzt','[]','[]');
INSERT INTO "words" VALUES(83,'de','Wagen','wagen','[]','[]');
INSERT INTO "words" VALUES(84,'de','Werkstätten','werkstaetten','["werk"]','["staette", "staetten"]');
INSERT INTO "words" VALUES(85,'de','Wochenenden','wochenenden','["woch", "woche", "wochen"]','["ende", "enden"]');
INSERT INTO "words" VALUES(86,'de','Zahlen','zahlen','[]','[]');
INSERT INTO "words" VALUES(87,'de','Zwischen','zwischen','[]','[]');
INSERT INTO "words" VALUES(88,'de','a','a','[]','[]');
INSERT INTO "words" VALUES(89,'de','ab','ab','[]','[]');
INSERT INTO "words" VALUES(90,'de','abgestimmt','abgestimmt','[]','[]');
INSERT INTO "words" VALUES(91,'de','agreed','agreed','[]','[]');
INSERT INTO "words" VALUES(92,'de','all','all','[]','[]');
INSERT INTO "words" VALUES(93,'de','aller','aller','[]','[]');
INSERT INTO "words" VALUES(94,'de','am','am','[]','[]');
INSERT INTO "words" VALUES(95,'de','an','an','[]','[]');
INSERT INTO "words" VALUES(96,'de','and','and','[]','[]');
INSERT INTO "words" VALUES(97,'de','anderen','anderen','[]','[]');
INSERT INTO "words" VALUES(98,'de','années','années','[]','[]');
INSERT INTO "words" VALUES(99,'de','antwortet','antwortet','[]','[]');
INSERT INTO "words" VALUES(100,'de','après','après','[]','[]');
INSERT INTO "words" VALUES(101,'de','arbeiten','arbeiten','[]','[]');
INSERT INTO "words" VALUES(102,'de','as','as','[]','[]');
INSERT INTO "words" VALUES(103,'de','aus','aus','[]','[]');
INSERT INTO "words" VALUES(104,'de','ausgeliefert','ausgeliefert','[]','[]');
INSERT INTO "words" VALUES(105,'de','avaient','avaient','[]','[]');
INSERT INTO "words" VALUES(106,'de','bateaux','bateaux','[]','[]');
INSERT INTO "words" VALUES(107,'de','been','been','[]','[]');
INSERT INTO "words" VALUES(108,'de','bekommen','bekommen','[]','[]');
INSERT INTO "words" VALUES(109,'de','beschliesst','beschliesst','[]','[]');
INSERT INTO "words" VALUES(110,'de','beschönigen','beschoenigen','[]','[]');
INSERT INTO "words" VALUES(111,'de','bis','bis','[]','[]');
INSERT INTO "words" VALUES(112,'de','bise','bise','[]','[]');
INSERT INTO "words" VALUES(113,'de','bonne','bonne','[]','[]');
INSERT INTO "words" VALUES(114,'de','businesslike','businesslike','[]','[]');
INSERT INTO "words" VALUES(115,'de','by','by','[]','[]');
INSERT INTO "words" VALUES(116,'de','call','call','[]','[]');
INSERT INTO "words" VALUES(117,'de','caves','caves','[]','[]');
INSERT INTO "words" VALUES(118,'de','changes','changes','[]','[]');
INSERT INTO "words" VALUES(119,'de','circulent','circulent','[]','[]');
INSERT INTO "words" VALUES(120,'de','company','company','[]','[]');
INSERT INTO "words" VALUES(121,'de','crossing','crossing','[]','[]');
INSERT INTO "words" VALUES(122,'de','crossings','crossings','[]','[]');
INSERT INTO "words" VALUES(123,'de','das','das','[]','[]');
INSERT INTO "words" VALUES(124,'de','dauert','dauert','[]','[]');
INSERT INTO "words" VALUES(125,'de','dauerte','dauerte','[]','[]');
INSERT INTO "words" VALUES(126,'de','de','de','[]','[]');
INSERT INTO "words" VALUES(127,'de','deckt','deckt','[]','[]');
INSERT INTO "words" VALUES(128,'de','dem','dem','[]','[]');
INSERT INTO "words" VALUES(129,'de','den','den','[]','[]');
INSERT INTO "words" VALUES(130,'de','denen','denen','[]','[]');
INSERT INTO "words" VALUES(131,'de','depuis','depuis','[]','[]');
INSERT INTO "words" VALUES(132,'de','der','der','[]','[]');
INSERT INTO "words" VALUES(133,'de','des','des','[]','[]');
INSERT INTO "words" VALUES(134,'de','described','described','[]','[]');
INSERT INTO "words" VALUES(135,'de','deux','deux','[]','[]');
INSERT INTO "words" VALUES(136,'de','die','die','[]','[]');
INSERT INTO "words" VALUES(137,'de','difficiles','difficiles','[]','[]');
INSERT INTO "words" VALUES(138,'de','drei','drei','[]','[]');
INSERT INTO "words" VALUES(139,'de','durch','durch','[]','[]');
INSERT INTO "words" VALUES(140,'de','débarcadères','débarcadères','[]','[]');
INSERT INTO "words" VALUES(141,'de','earlier','earlier','[]','[]');
INSERT INTO "words" VALUES(142,'de','eigene','eigene','[]','[]');
INSERT INTO "words" VALUES(143,'de','einander','einander','[]','[]');
INSERT INTO "words" VALUES(144,'de','eine','eine','[]','[]');
INSERT INTO "words" VALUES(145,'de','einer','einer','[]','[]');
INSERT INTO "words" VALUES(146,'de','einplanen','einplanen','[]','[]');
INSERT INTO "words" VALUES(147,'de','est','est','[]','[]');
INSERT INTO "words" VALUES(148,'de','first','first','[]','[]');
INSERT INTO "words" VALUES(149,'de','for','for','[]','[]');
INSERT INTO "words" VALUES(150,'de','from','from','[]','[]');
INSERT INTO "words" VALUES(151,'de','gemessen','gemessen','[]','[]');
INSERT INTO "words" VALUES(152,'de','gesperrt','gesperrt','[]','[]');
INSERT INTO "words" VALUES(153,'de','gesprochen','gesprochen','[]','[]');
INSERT INTO "words" VALUES(154,'de','gestohlener','gestohlener','[]','[]');
INSERT INTO "words" VALUES(155,'de','glace','glace','[]','[]');
INSERT INTO "words" VALUES(156,'de','généreuse','généreuse','[]','[]');
INSERT INTO "words" VALUES(157,'de','haben','haben','[]','[]');
INSERT INTO "words" VALUES(158,'de','had','had','[]','[]');
INSERT INTO "words" VALUES(159,'de','hat','hat','[]','[]');
INSERT INTO "words" VALUES(160,'de','hour','hour','[]','[]');
INSERT INTO "words" VALUES(161,'de','im','im','[]','[]');
INSERT INTO "words" VALUES(162,'de','in','in','[]','[]');
INSERT INTO "words" VALUES(163,'de','jeweils','jeweils','[]','[]');
INSERT INTO "words" VALUES(164,'de','jugée','jugée','[]','[]');
INSERT INTO "words" VALUES(165,'de','klingt','klingt','[]','[]');
INSERT INTO "words" VALUES(166,'de','la','la','[]','[]');
INSERT INTO "words" VALUES(167,'de','lac','lac','[]','[]');
INSERT INTO "words" VALUES(168,'de','le','le','[]','[]');
INSERT INTO "words" VALUES(169,'de','leave','leave','[]','[]');
INSERT INTO "words" VALUES(170,'de','les','les','[]','[]');
INSERT INTO "words" VALUES(171,'de','ligne','ligne','[]','[]');
INSERT INTO "words" VALUES(172,'de','loser','loser','[]','[]');
INSERT INTO "words" VALUES(173,'de','lässt','laesst','[]','[]');
INSERT INTO "words" VALUES(174,'de','meeting','meeting','[]','[]');
INSERT INTO "words" VALUES(175,'de','midi','midi','[]','[]');
INSERT INTO "words" VALUES(176,'de','minutes','minutes','[]','[]');
INSERT INTO "words" VALUES(177,'de','mit','mit','[]','[]');
INSERT INTO "words" VALUES(178,'de','müssen','muessen','[]','[]');
INSERT INTO "words" VALUES(179,'de','nach','nach','[]','[]');
INSERT INTO "words" VALUES(180,'de','navigation','navigation','[]','[]');
INSERT INTO "words" VALUES(181,'de','neue','neue','[]','[]');
INSERT INTO "words" VALUES(182,'de','niemand','niemand','[]','[]');
INSERT INTO "words" VALUES(183,'de','nouveau','nouveau','[]','[]');
INSERT INTO "words" VALUES(184,'de','of','of','[]','[]');
INSERT INTO "words" VALUES(185,'de','on','on','[]','[]');
INSERT INTO "words" VALUES(186,'de','phone','phone','[]','[]');
INSERT INTO "words" VALUES(187,'de','pleines','pleines','[]','[]');
INSERT INTO "words" VALUES(188,'de','pro','pro','[]','[]');
INSERT INTO "words" VALUES(189,'de','qualité','qualité','[]','[]');
INSERT INTO "words" VALUES(190,'de','recouverts','recouverts','[]','[]');
INSERT INTO "words" VALUES(191,'de','reprend','reprend','[]','[]');
INSERT INTO "words" VALUES(192,'de','ruft','ruft','[]','[]');
INSERT INTO "words" VALUES(193,'de','récolte','récolte','[]','[]');
INSERT INTO "words" VALUES(194,'de','saluent','saluent','[]','[]');
INSERT INTO "words" VALUES(195,'de','say','say','[]','[]');
INSERT INTO "words" VALUES(196,'de','says','says','[]','[]');
INSERT INTO "words" VALUES(197,'de','seit','seit','[]','[]');
INSERT INTO "words" VALUES(198,'de','side','side','[]','[]');
INSERT INTO "words" VALUES(199,'de','sind','sind','[]','[]');
INSERT INTO "words" VALUES(200,'de','soll','soll','[]','[]');
INSERT INTO "words" VALUES(201,'de','sollen','sollen','[]','[]');
INSERT INTO "words" VALUES(202,'de','sont','sont','[]','[]');
INSERT INTO "words" VALUES(203,'de','speak','speak','[]','[]');
INSERT INTO "words" VALUES(204,'de','sprechen','sprechen','[]','[]');
INSERT INTO "words" VALUES(205,'de','stay','stay','[]','[]');
INSERT INTO "words" VALUES(206,'de','steigen','steigen','[]','[]');
INSERT INTO "words" VALUES(207,'de','streitet','streitet','[]','[]');
INSERT INTO "words" VALUES(208,'de','sur','sur','[]','[]');
INSERT INTO "words" VALUES(209,'de','the','the','[]','[]');
INSERT INTO "words" VALUES(210,'de','tickets','tickets','[]','[]');
INSERT INTO "words" VALUES(211,'de','timetable','timetable','[]','[]');
INSERT INTO "words" VALUES(212,'de','tone','tone','[]','[]');
INSERT INTO "words" VALUES(213,'de','très','très','[]','[]');
INSERT INTO "words" VALUES(214,'de','twenty','twenty','[]','[]');
INSERT INTO "words" VALUES(215,'de','und','und','[]','[]');
INSERT INTO "words" VALUES(216,'de','une','une','[]','[]');
INSERT INTO "words" VALUES(217,'de','valid','valid','[]','[]');
INSERT INTO "words" VALUES(218,'de','verfolgt','verfolgt','[]','[]');
INSERT INTO "words" VALUES(219,'de','vignerons','vignerons','[]','[]');
INSERT INTO "words" VALUES(220,'de','von','von','[]','[]');
INSERT INTO "words" VALUES(221,'de','vor','vor','[]','[]');
INSERT INTO "words" VALUES(222,'de','war','war','[]','[]');
INSERT INTO "words" VALUES(223,'de','warfen','warfen','[]','[]');
INSERT INTO "words" VALUES(224,'de','wegen','wegen','[]','[]');
INSERT INTO "words" VALUES(225,'de','werden','werden','[]','[]');
INSERT INTO "words" VALUES(226,'de','whether','whether','[]','[]');
INSERT INTO "words" VALUES(227,'de','will','will','[]','[]');
INSERT INTO "words" VALUES(228,'de','wird','wird','[]','[]');
INSERT INTO "words" VALUES(229,'de','would','would','[]','[]');
INSERT INTO "words" VALUES(230,'de','wurde','wurde','[]','[]');
INSERT INTO "words" VALUES(231,'de','wurden','wurden','[]','[]');
INSERT INTO "words" VALUES(232,'de','während','waehrend','[]','[]');
INSERT INTO "words" VALUES(233,'de','zehn','zehn','[]','[]');
INSERT INTO "words" VALUES(234,'de','ziehen','ziehen','[]','[]');
INSERT INTO "words" VALUES(235,'de','zu','zu','[]','[]');
INSERT INTO "words" VALUES(236,'de','zugeschrieben','zugeschrieben','[]','[]');
INSERT INTO "words" VALUES(237,'de','zurück','zurueck','[]','[]');
INSERT INTO "words" VALUES(238,'de','zwei','zwei','[]','[]');
INSERT INTO "words" VALUES(239,'de','zweier','zweier','[]','[]');
INSERT INTO "words" VALUES(240,'de','été','été','[]','[]');
INSERT INTO "words" VALUES(241,'de','über','ueber','[]','[]');
INSERT INTO "words" VALUES(242,'de','Aare','aare','[]','[]');
INSERT INTO "words" VALUES(243,'de','Abend','abend','[]','[]');
INSERT INTO "words" VALUES(244,'de','Abseitslinie','abseitslinie','["abseits"]','["linie"]');
INSERT INTO "words" VALUES(245,'de','Alpabzug','alpabzug','["alp"]','["abzug"]');
INSERT INTO "words" VALUES(246,'de','Aperta','aperta','[]','[]');
INSERT INTO "words" VALUES(247,'de','Auch','auch','[]','[]');
INSERT INTO "words" VALUES(248,'de','Auf','auf','[]','[]');
INSERT INTO "words" VALUES(249,'de','Batterien','batterien','[]','[]');
INSERT INTO "words" VALUES(250,'de','Becken','becken','[]','[]');
INSERT INTO "words" VALUES(251,'de','Betriebsrat','betriebsrat','["betrieb", "betriebs"]','["rat"]');
INSERT INTO "words" VALUES(252,'de','Bevölkerung','bevoelkerung','[]','[]');
INSERT INTO "words" VALUES(253,'de','Busse','busse','[]','[]');
INSERT INTO "words" VALUES(254,'de','Code','code','[]','[]');
INSERT INTO "words" VALUES(255,'de','Das','das','[]','[]');
INSERT INTO "words" VALUES(256,'de','Donaufähre','donaufaehre','["donau"]','["faehre"]');
INSERT INTO "words" VALUES(257,'de','Dorf','dorf','[]','[]');
INSERT INTO "words" VALUES(258,'de','Ein','ein','[]','[]');
INSERT INTO "words" VALUES(259,'de','Ersetzt','ersetzt','[]','[]');
INSERT INTO "words" VALUES(260,'de','Fluss','fluss','[]','[]');
INSERT INTO "words" VALUES(261,'de','Fotografie','fotografie','["foto"]','["grafie"]');
INSERT INTO "words" VALUES(262,'de','Frachtschiff','frachtschiff','["fracht"]','["schiff"]');
INSERT INTO "words" VALUES(263,'de','Frankreich','frankreich','[]','[]');
INSERT INTO "words" VALUES(264,'de','Freibad','freibad','["frei", "freie"]','["bad"]');
INSERT INTO "words" VALUES(265,'de','Fähre','faehre','[]','[]');
INSERT INTO "words" VALUES(266,'de','Für','fuer','[]','[]');
INSERT INTO "words" VALUES(267,'de','Galleria','galleria','[]','[]');
INSERT INTO "words" VALUES(268,'de','Gesucht','gesucht','[]','[]');
INSERT INTO "words" VALUES(269,'de','Getriebe','getriebe','[]','[]');
INSERT INTO "words" VALUES(270,'de','Gottardo','gottardo','[]','[]');
INSERT INTO "words" VALUES(271,'de','Hafen','hafen','[]','[]');
INSERT INTO "words" VALUES(272,'de','Haus','haus','[]','[]');
INSERT INTO "words" VALUES(273,'de','Hochwasser','hochwasser','["hoch"]','["wasser"]');
INSERT INTO "words" VALUES(274,'de','Händler','haendler','[]','[]');
INSERT INTO "words" VALUES(275,'de','Jahr','jahr','[]','[]');
INSERT INTO "words" VALUES(276,'de','Jahre','jahre','[]','[]');
INSERT INTO "words" VALUES(277,'de','Januar','januar','[]','[]');
INSERT INTO "words" VALUES(278,'de','Kabinen','kabinen','[]','[]');
INSERT INTO "words" VALUES(279,'de','Konzert','konzert','[]','[]');
INSERT INTO "words" VALUES(280,'de','L','l','[]','[]');
INSERT INTO "words" VALUES(281,'de','Ladung','ladung','[]','[]');
INSERT INTO "words" VALUES(282,'de','Lehre','lehre','[]','[]');
INSERT INTO "words" VALUES(283,'de','Lehrlinge','lehrlinge','[]','[]');
INSERT INTO "words" VALUES(284,'de','Leute','leute','[]','[]');
INSERT INTO "words" VALUES(285,'de','Linzer','linzer','[]','[]');
INSERT INTO "words" VALUES(286,'de','Liter','liter','[]','[]');
INSERT INTO "words" VALUES(287,'de','Lohn','lohn','[]','[]');
INSERT INTO "words" VALUES(288,'de','Lugano','lugano','[]','[]');
INSERT INTO "words" VALUES(289,'de','Mai','mai','[]','[]');
INSERT INTO "words" VALUES(290,'de','Meter','meter','[]','[]');
INSERT INTO "words" VALUES(291,'de','Mitternacht','mitternacht','[]','[]');
INSERT INTO "words" VALUES(292,'de','Nach','nach','[]','[]');
INSERT INTO "words" VALUES(293,'de','Nachmittag','nachmittag','[]','[]');
INSERT INTO "words" VALUES(294,'de','Nachtschicht','nachtschicht','["nacht"]','["schicht"]');
INSERT INTO "words" VALUES(295,'de','Neue','neue','[]','[]');
INSERT INTO "words" VALUES(296,'de','Neuer','neuer','[]','[]');
INSERT INTO "words" VALUES(297,'de','Neues','neues','[]','[]');
INSERT INTO "words" VALUES(298,'de','Neun','neun','[]','[]');
INSERT INTO "words" VALUES(299,'de','Oberfranken','oberfranken','[]','["franken"]');
INSERT INTO "words" VALUES(300,'de','Orchester','orchester','[]','[]');
INSERT INTO "words" VALUES(301,'de','Ort','ort','[]','[]');
INSERT INTO "words" VALUES(302,'de','Personal','personal','[]','[]');
INSERT INTO "words" VALUES(303,'de','Regeln','regeln','[]','[]');
INSERT INTO "words" VALUES(304,'de','Regen','regen','[]','[]');
INSERT INTO "words" VALUES(305,'de','Revision','revision','[]','[]');
INSERT INTO "words" VALUES(306,'de','Rheinpegel','rheinpegel','["rhei", "rhein"]','["pegel"]');
INSERT INTO "words" VALUES(307,'de','San','san','[]','[]');
INSERT INTO "words" VALUES(308,'de','Schichten','schichten','[]','[]');
INSERT INTO "words" VALUES(309,'de','Schifffahrt','schifffahrt','["schiff"]','["fahrt"]');
INSERT INTO "words" VALUES(310,'de','Schnee','schnee','[]','[]');
INSERT INTO "words" VALUES(311,'de','Schneefälle','schneefaelle','["schnee"]','["faelle", "fall"]');
INSERT INTO "words" VALUES(312,'de','Schwebebahn','schwebebahn','["schweb", "schwebe"]','["bahn"]');
INSERT INTO "words" VALUES(313,'de','Sennen','sennen','[]','[]');
INSERT INTO "words" VALUES(314,'de','Sommer','sommer','[]','[]');
INSERT INTO "words" VALUES(315,'de','Sonntag','sonntag','["son", "sonn", "sonne"]','["tag"]');
INSERT INTO "words" VALUES(316,'de','Stadtbibliothek','stadtbibliothek','["stadt"]','["bibliothek"]');
INSERT INTO "words" VALUES(317,'de','Steuerung','steuerung','[]','[]');
INSERT INTO "words" VALUES(318,'de','Strecken','strecken','[]','[]');
INSERT INTO "words" VALUES(319,'de','Stände','staende','[]','[]');
INSERT INTO "words" VALUES(320,'de','Tanken','tanken','[]','[]');
INSERT INTO "words" VALUES(321,'de','Tausende','tausende','[]','[]');
INSERT INTO "words" VALUES(322,'de','Teil','teil','[]','[]');
INSERT INTO "words" VALUES(323,'de','Tieren','tieren','[]','[]');
INSERT INTO "words" VALUES(324,'de','Torhüter','torhueter','["tor"]','["hueter"]');
INSERT INTO "words" VALUES(325,'de','Ufer','ufer','[]','[]');
INSERT INTO "words" VALUES(326,'de','Umbaus','umbaus','[]','[]');
INSERT INTO "words" VALUES(327,'de','Urnäsch','urnaesch','[]','[]');
INSERT INTO "words" VALUES(328,'de','Verein','verein','[]','[]');
INSERT INTO "words" VALUES(329,'de','Versuch','versuch','[]','[]');
INSERT INTO "words" VALUES(330,'de','Volkswagen','volkswagen','[]','["wagen"]');
INSERT INTO "words" VALUES(331,'de','Volkswagens','volkswagens','[]','["wagen", "wagens"]');
INSERT INTO "words" VALUES(332,'de','Waisenhausplatz','waisenhausplatz','["hau", "haus", "wais", "waise", "waisen", "waisenhaus"]','["hausplatz", "platz"]');
INSERT INTO "words" VALUES(333,'de','Wetter','wetter','[]','[]');
INSERT INTO "words" VALUES(334,'de','Winter','winter','[]','[]');
INSERT INTO "words" VALUES(335,'de','Wochen','wochen','[]','[]');
INSERT INTO "words" VALUES(336,'de','Wochenmarkt','wochenmarkt','["woch", "woche", "wochen"]','["markt"]');
INSERT INTO "words" VALUES(337,'de','Während','waehrend','[]','[]');
INSERT INTO "words" VALUES(338,'de','Wärme','waerme','[]','[]');
INSERT INTO "words" VALUES(339,'de','Zugseile','zugseile','["zug"]','["seil", "seile"]');
INSERT INTO "words" VALUES(340,'de','Zwei','zwei','[]','[]');
INSERT INTO "words" VALUES(341,'de','Züge','zuege','[]','[]');
INSERT INTO "words" VALUES(342,'de','al','al','[]','[]');
INSERT INTO "words" VALUES(343,'de','alten','alten','[]','[]');
INSERT INTO "words" VALUES(344,'de','auch','auch','[]','[]');
INSERT INTO "words" VALUES(345,'de','auf','auf','[]','[]');
INSERT INTO "words" VALUES(346,'de','bedeutet','bedeutet','[]','[]');
INSERT INTO "words" VALUES(347,'de','beide','beide','[]','[]');
INSERT INTO "words" VALUES(348,'de','billiger','billiger','[]','[]');
INSERT INTO "words" VALUES(349,'de','bleibt','bleibt','[]','[]');
INSERT INTO "words" VALUES(350,'de','che','che','[]','[]');
INSERT INTO "words" VALUES(351,'de','chilometri','chilometri','[]','[]');
INSERT INTO "words" VALUES(352,'de','dann','dann','[]','[]');
INSERT INTO "words" VALUES(353,'de','davanti','davanti','[]','[]');
INSERT INTO "words" VALUES(354,'de','del','del','[]','[]');
INSERT INTO "words" VALUES(355,'de','di','di','[]','[]');
INSERT INTO "words" VALUES(356,'de','domenica','domenica','[]','[]');
INSERT INTO "words" VALUES(357,'de','durchs','durchs','[]','[]');
INSERT INTO "words" VALUES(358,'de','e','e','[]','[]');
INSERT INTO "words" VALUES(359,'de','ein','ein','[]','[]');
INSERT INTO "words" VALUES(360,'de','einem','einem','[]','[]');
INSERT INTO "words" VALUES(361,'de','einigt','einigt','[]','[]');
INSERT INTO "words" VALUES(362,'de','endet','endet','[]','[]');
INSERT INTO "words" VALUES(363,'de','entrata','entrata','[]','[]');
INSERT INTO "words" VALUES(364,'de','erwartet','erwartet','[]','[]');
INSERT INTO "words" VALUES(365,'de','eröffnet','eroeffnet','[]','[]');
INSERT INTO "words" VALUES(366,'de','fahren','fahren','[]','[]');
INSERT INTO "words" VALUES(367,'de','findet','findet','[]','[]');
INSERT INTO "words" VALUES(368,'de','fino','fino','[]','[]');
INSERT INTO "words" VALUES(369,'de','früher','frueher','[]','[]');
INSERT INTO "words" VALUES(370,'de','fährt','faehrt','[]','[]');
INSERT INTO "words" VALUES(371,'de','fünfzig','fuenfzig','[]','[]');
INSERT INTO "words" VALUES(372,'de','für','fuer','[]','[]');
INSERT INTO "words" VALUES(373,'de','geheizt','geheizt','[]','[]');
INSERT INTO "words" VALUES(374,'de','gelten','gelten','[]','[]');
INSERT INTO "words" VALUES(375,'de','gemeldet','gemeldet','[]','[]');
INSERT INTO "words" VALUES(376,'de','gern','gern','[]','[]');
INSERT INTO "words" VALUES(377,'de','gibt','gibt','[]','[]');
INSERT INTO "words" VALUES(378,'de','gleich','gleich','[]','[]');
INSERT INTO "words" VALUES(379,'de','halbes','halbes','[]','[]');
INSERT INTO "words" VALUES(380,'de','heizt','heizt','[]','[]');
INSERT INTO "words" VALUES(381,'de','hielt','hielt','[]','[]');
INSERT INTO "words" VALUES(382,'de','i','i','[]','[]');
INSERT INTO "words" VALUES(383,'de','ihn','ihn','[]','[]');
INSERT INTO "words" VALUES(384,'de','ihren','ihren','[]','[]');
INSERT INTO "words" VALUES(385,'de','ist','ist','[]','[]');
INSERT INTO "words" VALUES(386,'de','junge','junge','[]','[]');
INSERT INTO "words" VALUES(387,'de','keines','keines','[]','[]');
INSERT INTO "words" VALUES(388,'de','kostet','kostet','[]','[]');
INSERT INTO "words" VALUES(389,'de','kürzere','kuerzere','[]','[]');
INSERT INTO "words" VALUES(390,'de','lago','lago','[]','[]');
INSERT INTO "words" VALUES(391,'de','lahm','lahm','[]','[]');
INSERT INTO "words" VALUES(392,'de','lang','lang','[]','[]');
INSERT INTO "words" VALUES(393,'de','legt','legt','[]','[]');
INSERT INTO "words" VALUES(394,'de','leicht','leicht','[]','[]');
INSERT INTO "words" VALUES(395,'de','libera','libera','[]','[]');
INSERT INTO "words" VALUES(396,'de','lockt','lockt','[]','[]');
INSERT INTO "words" VALUES(397,'de','mattinata','mattinata','[]','[]');
INSERT INTO "words" VALUES(398,'de','mehr','mehr','[]','[]');
INSERT INTO "words" VALUES(399,'de','mestiere','mestiere','[]','[]');
INSERT INTO "words" VALUES(400,'de','mostra','mostra','[]','[]');
INSERT INTO "words" VALUES(401,'de','mögen','moegen','[]','[]');
INSERT INTO "words" VALUES(402,'de','nel','nel','[]','[]');
INSERT INTO "words" VALUES(403,'de','nella','nella','[]','[]');
INSERT INTO "words" VALUES(404,'de','nennt','nennt','[]','[]');
INSERT INTO "words" VALUES(405,'de','nicht','nicht','[]','[]');
INSERT INTO "words" VALUES(406,'de','normale','normale','[]','[]');
INSERT INTO "words" VALUES(407,'de','pescatori','pescatori','[]','[]');
INSERT INTO "words" VALUES(408,'de','pomeriggio','pomeriggio','[]','[]');
INSERT INTO "words" VALUES(409,'de','portale','portale','[]','[]');
INSERT INTO "words" VALUES(410,'de','raccontano','raccontano','[]','[]');
INSERT INTO "words" VALUES(411,'de','rechnen','rechnen','[]','[]');
INSERT INTO "words" VALUES(412,'de','reti','reti','[]','[]');
INSERT INTO "words" VALUES(413,'de','rilento','rilento','[]','[]');
INSERT INTO "words" VALUES(414,'de','ruhigen','ruhigen','[]','[]');
INSERT INTO "words" VALUES(415,'de','sagt','sagt','[]','[]');
INSERT INTO "words" VALUES(416,'de','scompare','scompare','[]','[]');
INSERT INTO "words" VALUES(417,'de','sei','sei','[]','[]');
INSERT INTO "words" VALUES(418,'de','sich','sich','[]','[]');
INSERT INTO "words" VALUES(419,'de','situazione','situazione','[]','[]');
INSERT INTO "words" VALUES(420,'de','so','so','[]','[]');
INSERT INTO "words" VALUES(421,'de','spielt','spielt','[]','[]');
INSERT INTO "words" VALUES(422,'de','späten','spaeten','[]','[]');
INSERT INTO "words" VALUES(423,'de','standen','standen','[]','[]');
INSERT INTO "words" VALUES(424,'de','statt','statt','[]','[]');
INSERT INTO "words" VALUES(425,'de','stehen','stehen','[]','[]');
INSERT INTO "words" VALUES(426,'de','steigt','steigt','[]','[]');
INSERT INTO "words" VALUES(427,'de','still','still','[]','[]');
INSERT INTO "words" VALUES(428,'de','sud','sud','[]','[]');
INSERT INTO "words" VALUES(429,'de','sul','sul','[]','[]');
INSERT INTO "words" VALUES(430,'de','suoi','suoi','[]','[]');
INSERT INTO "words" VALUES(431,'de','tornata','tornata','[]','[]');
INSERT INTO "words" VALUES(432,'de','traffico','traffico','[]','[]');
INSERT INTO "words" VALUES(433,'de','um','um','[]','[]');
INSERT INTO "words" VALUES(434,'de','un','un','[]','[]');
INSERT INTO "words" VALUES(435,'de','unersetzlich','unersetzlich','[]','[]');
INSERT INTO "words" VALUES(436,'de','verbindet','verbindet','[]','[]');
INSERT INTO "words" VALUES(437,'de','verlängert','verlaengert','[]','[]');
INSERT INTO "words" VALUES(438,'de','vier','vier','[]','[]');
INSERT INTO "words" VALUES(439,'de','wenig','wenig','[]','[]');
INSERT INTO "words" VALUES(440,'de','weniger','weniger','[]','[]');
INSERT INTO "words" VALUES(441,'de','werben','werben','[]','[]');
INSERT INTO "words" VALUES(442,'de','wie','wie','[]','[]');
INSERT INTO "words" VALUES(443,'de','wieder','wieder','[]','[]');
INSERT INTO "words" VALUES(444,'de','zieht','zieht','[]','[]');
INSERT INTO "words" VALUES(445,'de','zogen','zogen','[]','[]');
INSERT INTO "words" VALUES(446,'de','zuletzt','zuletzt','[]','[]');
INSERT INTO "words" VALUES(447,'de','Ölpreis','oelpreis','["oel"]','["prei", "preis"]');
INSERT INTO "words" VALUES(448,'de','è','è','[]','[]');
INSERT INTO "words" VALUES(449,'de','öffnet','oeffnet','[]','[]');
INSERT INTO "words" VALUES(450,'de','Führung','fuehrung','[]','[]');
INSERT INTO "words" VALUES(451,'de','Kim','kim','[]','[]');
INSERT INTO "words" VALUES(452,'de','Treffen','treffen','[]','[]');
INSERT INTO "words" VALUES(453,'de','Wladiwostok','wladiwostok','[]','[]');
INSERT INTO "words" VALUES(454,'de','lädt','laedt','[]','[]');
INSERT INTO "words" VALUES(455,'de','nordkoreanische','nordkoreanische','[]','[]');
INSERT INTO "words" VALUES(456,'de','Alle','alle','[]','[]');
INSERT INTO "words" VALUES(457,'de','Final','final','[]','[]');
INSERT INTO "words" VALUES(458,'de','Fussball','fussball','["fuss"]','["ball"]');
INSERT INTO "words" VALUES(459,'de','Karten','karten','[]','[]');
INSERT INTO "words" VALUES(460,'de','ausverkauft','ausverkauft','[]','[]');
INSERT INTO "words" VALUES(461,'de','weg','weg','[]','[]');
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
CREATE UNIQUE INDEX uq_deliveries_chat_id_thread_id_key ON deliveries (chat_id, thread_id, "key");
CREATE INDEX ix_archived_block ON archived (block);
CREATE INDEX ix_archived_waiting ON archived (article_id) WHERE NOT indexed;
CREATE INDEX ix_archived_loose ON archived (article_id) WHERE words IS NOT NULL;
CREATE UNIQUE INDEX uq_words_language_text ON words (language, text);
CREATE INDEX ix_words_folded ON words (folded);
CREATE INDEX ix_full_texts_asked_at ON full_texts (asked_at);
CREATE INDEX ix_deliveries_queued ON deliveries (rank, turn, id, not_before) WHERE state = 'queued';
CREATE INDEX ix_chats_flooded_until ON chats (flooded_until) WHERE flooded_until IS NOT NULL;
CREATE INDEX ix_chats_release_at ON chats (release_at) WHERE release_at IS NOT NULL;
CREATE INDEX ix_deliveries_held ON deliveries (chat_id, thread_id, reason) WHERE state = 'held';
CREATE INDEX ix_deliveries_sent ON deliveries (chat_id, finished_at) WHERE state = 'sent';
CREATE INDEX ix_deliveries_parent ON deliveries (parent) WHERE parent IS NOT NULL;
CREATE INDEX ix_rollings_stale ON rollings (subscription_id) WHERE stale;
CREATE INDEX ix_feeds_address ON feeds (address);
CREATE UNIQUE INDEX uq_tellings_article_id ON tellings (article_id);
CREATE INDEX ix_tellings_story_id ON tellings (story_id);
CREATE INDEX ix_tellings_seen_at ON tellings (seen_at);
CREATE INDEX ix_joined_first_id ON joined (first_id);
CREATE INDEX ix_abstracts_key ON abstracts ("key");
CREATE INDEX ix_entries_feed_id_title_key ON entries (feed_id, title_key);
CREATE INDEX ix_entries_feed_id_last_seen_at ON entries (feed_id, last_seen_at);
CREATE INDEX ix_entries_link_key ON entries (link_key);
CREATE INDEX ix_entries_fragment_key ON entries (fragment_key) WHERE fragment_key IS NOT NULL;
CREATE INDEX ix_people_waiting ON people (changed_at, id) WHERE access = 'asked';
CREATE INDEX ix_searches_chat_id ON searches (chat_id);
CREATE INDEX ix_searches_created_at ON searches (created_at);
CREATE INDEX ix_alert_actions_chat_id ON alert_actions (chat_id);
CREATE INDEX ix_alert_actions_delivery_id ON alert_actions (delivery_id);
CREATE INDEX ix_alert_actions_created_at ON alert_actions (created_at);
CREATE INDEX ix_removed_subscriptions_chat_id ON removed_subscriptions (chat_id);
CREATE INDEX ix_removed_subscriptions_removed_at ON removed_subscriptions (removed_at);
CREATE INDEX ix_saved_articles_removed_at ON saved_articles (removed_at) WHERE removed_at IS NOT NULL;
CREATE UNIQUE INDEX uq_private_feeds_digest ON private_feeds (digest);
CREATE INDEX ix_shared_lists_chat_id ON shared_lists (chat_id);
CREATE INDEX ix_shared_lists_revoked_at ON shared_lists (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX ix_deliveries_broadcast ON deliveries ("key", state, reason) WHERE kind = 'broadcast';
CREATE INDEX ix_channels_manager_id ON channels (manager_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('feeds',9);
INSERT INTO "sqlite_sequence" VALUES('queries',3);
INSERT INTO "sqlite_sequence" VALUES('subscriptions',3);
INSERT INTO "sqlite_sequence" VALUES('articles',28);
INSERT INTO "sqlite_sequence" VALUES('words',461);
INSERT INTO "sqlite_sequence" VALUES('tellings',2);
INSERT INTO "sqlite_sequence" VALUES('deliveries',1);
COMMIT;
