-- The rows of a database whose last migration is 'Baseline', after some use.
-- link to the workshop: /shared/4WD0m5rIyRMzXEIeX1KaTA
-- link to an image: /s/2mHTI9ng5zpBjImgsE1ZzQ
-- refresh token: SFHG6aTujNcE1z-kxgBJQHmxqTkhnWLJcPv3TUQo9pY

DELETE FROM site_profiles;
INSERT INTO site_profiles (id, title, introduction, photographer, accent, footer_labels, footer_urls, logo_image_id) VALUES
('1', 'By the sea', NULL, 'Ada', NULL, '{}', '{}', NULL)
ON CONFLICT DO NOTHING;

INSERT INTO tiers (id, name, normalized_name, thumbnail_heights, originals, expiring_links, quota_bytes, max_file_bytes) VALUES
('01980000-0000-7000-8000-000000000001', 'Basic', 'basic', '{200}', 'false', 'false', NULL, NULL),
('01980000-0000-7000-8000-000000000002', 'Premium', 'premium', '{200,400}', 'true', 'false', NULL, NULL),
('01980000-0000-7000-8000-000000000003', 'Enterprise', 'enterprise', '{200,400}', 'true', 'true', NULL, NULL),
('01a20aba-9b7e-7aca-a988-760709923ebd', 'Studio', 'studio', '{120}', 'true', 'true', '1000000', NULL)
ON CONFLICT DO NOTHING;

INSERT INTO users (id, user_name, normalized_user_name, password_hash, role, tier_id, is_disabled, created_at) VALUES
('01a20aba-94ee-7b92-bf67-4549db178f90', 'admin', 'admin', '$2b$04$H1jOPJ1BG1kLeWoUyrgO2uhO9AuXQRW1nIDGIS9SrEZgUWBk.6Gna', '1', NULL, 'false', '2026-11-23 23:25:29.710119+00'),
('01a20aba-9c33-7f2c-b3e6-2b46ac65809e', 'ada', 'ada', '$2b$04$/SoBwSAIsZticbForKxogOTFsoPmp6vU0eDrB73MJu184bTa10Dwy', '0', '01a20aba-9b7e-7aca-a988-760709923ebd', 'false', '2026-11-23 23:25:31.571813+00'),
('01a20aba-9ca6-7e62-85f6-8b5a93c8bfeb', 'bob', 'bob', '$2b$04$veM3w7a0krBHp//W7OPS9uKKoqTdcERxHRt/nvRjk.MLcSER0PVWm', '0', '01980000-0000-7000-8000-000000000001', 'true', '2026-11-23 23:25:31.686646+00')
ON CONFLICT DO NOTHING;

INSERT INTO groups (id, owner_id, title, description, search_text, is_published, product_id, cover_image_id, "position", image_count, image_bytes, promised_position, created_at, updated_at, deleted_at) VALUES
('01a20aba-9c33-7e02-a89c-ee93917489f4', '01a20aba-9c33-7f2c-b3e6-2b46ac65809e', '', NULL, '
', 'false', NULL, NULL, '0', '1', '1166', '0', '2026-11-23 23:25:31.571813+00', '2026-11-23 23:25:33.709355+00', NULL),
('01a20aba-9ca6-7916-9c06-26c5d216026f', '01a20aba-9ca6-7e62-85f6-8b5a93c8bfeb', '', NULL, '
', 'false', NULL, NULL, '0', '0', '0', '0', '2026-11-23 23:25:31.686646+00', '2026-11-23 23:25:31.686646+00', NULL),
('01a20aba-9d33-7b8e-a42a-35dcdb06a177', NULL, 'Harbour', 'Seen from all sides.', 'harbour
seen from all sides.', 'true', 'P-1', '01a20aba-a0ea-7e0e-a8c0-966f07676c68', '-8589934592', '3', '2329', '0', '2026-11-23 23:25:31.8275+00', '2026-11-23 23:25:33.127967+00', NULL),
('01a20aba-9d8a-74e1-9c9b-02186f034249', NULL, 'Workshop', NULL, 'workshop
', 'false', NULL, NULL, '0', '1', '1067', '8589934592', '2026-11-23 23:25:31.914291+00', '2026-11-23 23:25:32.929556+00', NULL),
('01a20aba-9d96-77cb-a89a-fcdc8bbc3783', NULL, 'Attic', NULL, 'attic
', 'true', NULL, NULL, '-4294967296', '1', '1253', '0', '2026-11-23 23:25:31.926195+00', '2026-11-23 23:25:32.957515+00', '2026-11-23 23:25:33.145435+00')
ON CONFLICT DO NOTHING;

INSERT INTO images (id, group_id, owner_id, "position", file_name, title, description, tags, search_text, is_published, deleted_at, trashed_with_group, created_at, revision, format, sha256, original_bytes, has_original, alternates, blocks, alternate_bytes, placeholder, perceptual_hash, taken_at, taken_at_offset, taken_or_created_at, camera, lens, focal_length_mm, f_number, exposure_seconds, iso, latitude, longitude, full_bytes, full_content_type, full_crc32, full_height, full_width, high_bytes, high_content_type, high_crc32, high_height, high_width, low_bytes, low_content_type, low_crc32, low_height, low_width, medium_bytes, medium_content_type, medium_crc32, medium_height, medium_width) VALUES
('01a20aba-9ea0-7c23-84d1-c83d98f13405', '01a20aba-9d33-7b8e-a42a-35dcdb06a177', NULL, '4294967296', 'one.jpg', 'Dawn', 'Fog.', '{sea,Été}', 'dawn
one.jpg
sea
été', 'true', NULL, 'false', '2026-11-23 23:25:32.56676+00', '1', '0', E'\\x6ed89f28c3b45d4297afeb6638189a97c09c95f28aefd111c6e21e21be0cf43d', '1201', 'false', NULL, E'\\x', '0', E'\\x524946464c000000574542505650382040000000b003009d012a160010003f1170b0502c2624a2b008018022096800b51700030bec447d1ed06800cce09efd42f63eba19537abc0be01a461f034f6a9015500000', '27052716143968063', NULL, NULL, '2026-11-23 23:25:32.56676', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1201', 'image/jpeg', '3517151859', '48', '64', '778', 'image/jpeg', '4193269561', '48', '64', '778', 'image/jpeg', '4193269561', '48', '64', '778', 'image/jpeg', '4193269561', '48', '64'),
('01a20aba-a0ea-7e0e-a8c0-966f07676c68', '01a20aba-9d33-7b8e-a42a-35dcdb06a177', NULL, '8589934592', 'two.png', NULL, NULL, '{}', '
two.png', 'true', NULL, 'false', '2026-11-23 23:25:32.802509+00', '1', '1', E'\\x566c8e693b65286a4090936e7fbb64c1d333bf77983b345e38b8745bc53d79c1', '768', 'false', NULL, E'\\x', '0', E'\\x524946463600000057454250565038202a000000f001009d012a10000c0004006825b000033004ef1f1ddea00092af3567ff52b7eba2bc2f5da679ba0000', '4800862029029603135', NULL, NULL, '2026-11-23 23:25:32.802509', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '768', 'image/png', '985230043', '24', '32', '665', 'image/jpeg', '1660725138', '24', '32', '665', 'image/jpeg', '1660725138', '24', '32', '665', 'image/jpeg', '1660725138', '24', '32'),
('01a20aba-a11f-7be1-856c-5f0c88daba50', '01a20aba-9d33-7b8e-a42a-35dcdb06a177', NULL, '0', 'three.webp', NULL, NULL, '{}', '
three.webp', 'true', NULL, 'false', '2026-11-23 23:25:32.857137+00', '1', '2', E'\\x3cbb6592e59cb091f9b040998c6b138d03b4d3981f6b10d8227ff9d00dfbe49d', '360', 'false', NULL, E'\\x', '0', E'\\x52494646500000005745425056503820440000007003009d012a160010003f1172b150ac26a4a2b008018022096a009d00273a5f2d76a7e000fe0c6cfe86beab1acb75af9b3b803ec0696abbae37befc86806551c8000000', '3808654506241062527', NULL, NULL, '2026-11-23 23:25:32.857137', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '360', 'image/webp', '669931129', '48', '64', '734', 'image/jpeg', '140143321', '48', '64', '734', 'image/jpeg', '140143321', '48', '64', '734', 'image/jpeg', '140143321', '48', '64'),
('01a20aba-a152-7fef-98c5-952d4b0d94b4', '01a20aba-9d33-7b8e-a42a-35dcdb06a177', NULL, '17179869184', 'gone.jpg', NULL, NULL, '{}', '
gone.jpg', 'true', '2026-11-23 23:25:33.127967+00', 'false', '2026-11-23 23:25:32.899973+00', '1', '0', E'\\x97108b9dcc5e042541c8f5118dac1594b18dac8b6b49023925f894c2da560494', '1293', 'false', NULL, E'\\x', '0', E'\\x524946465600000057454250565038204a0000009004009d012a160010003f1174b1502c2724a2b008018022096800bb2f00021beaf895dcfd5b1687ba8f31d22400fe0c7e39397edea970e5852b9fe90e7cbde8779dc1daa8b087b90000', '201655492386731740', NULL, NULL, '2026-11-23 23:25:32.899973', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1293', 'image/jpeg', '3389761063', '48', '64', '845', 'image/jpeg', '2880090339', '48', '64', '845', 'image/jpeg', '2880090339', '48', '64', '845', 'image/jpeg', '2880090339', '48', '64'),
('01a20aba-a173-785b-907d-4457b966696a', '01a20aba-9d8a-74e1-9c9b-02186f034249', NULL, '4294967296', 'secret.jpg', NULL, NULL, '{}', '
secret.jpg', 'false', NULL, 'false', '2026-11-23 23:25:32.929556+00', '1', '0', E'\\x08daa4f7bd71a17aa73bedf7367da9654f62332f2a4a74f2ca1b869640de32af', '1067', 'false', NULL, E'\\x', '0', E'\\x524946464e0000005745425056503820420000003004009d012a100016003f1172b0502c26a4a2b008018022096200bb2f000205ca1beb1d85a10eab3d6000fed3221b44fafb56acb3bbf2313f5b966aaa62a0000000', '-8348488383596634185', NULL, NULL, '2026-11-23 23:25:32.929556', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1067', 'image/jpeg', '3446549633', '64', '48', '741', 'image/jpeg', '1845165024', '64', '48', '741', 'image/jpeg', '1845165024', '64', '48', '741', 'image/jpeg', '1845165024', '64', '48'),
('01a20aba-a191-7e3d-ad5c-e6a6022671be', '01a20aba-9d96-77cb-a89a-fcdc8bbc3783', NULL, '4294967296', 'old.jpg', NULL, NULL, '{}', '
old.jpg', 'true', '2026-11-23 23:25:33.145435+00', 'true', '2026-11-23 23:25:32.957515+00', '1', '0', E'\\xd9c707707af01ad81026295b35f19a7a788e9a92c7b8494ea265a9057ad23121', '1253', 'false', NULL, E'\\x', '0', E'\\x52494646540000005745425056503820480000005004009d012a160010003f1172b0502c26a4a2b008018022096a009d3284770021f2ac2b745f97227ec10800800c2c8e81a90bf59a7e4b7165a414b300d2e9944a0fa4e48a330000', '4633124613838583324', NULL, NULL, '2026-11-23 23:25:32.957515', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1253', 'image/jpeg', '312370850', '48', '64', '786', 'image/jpeg', '905257836', '48', '64', '786', 'image/jpeg', '905257836', '48', '64', '786', 'image/jpeg', '905257836', '48', '64'),
('01a20aba-a407-7d15-8b31-c03b49dd7137', '01a20aba-9c33-7e02-a89c-ee93917489f4', '01a20aba-9c33-7f2c-b3e6-2b46ac65809e', '4294967296', 'mine.jpg', NULL, NULL, '{}', '
mine.jpg', 'false', NULL, 'false', '2026-11-23 23:25:33.627886+00', '1', '0', E'\\xc01067627d8b02f912fb1bc1360a8d396b0b36df45772f41e72bb56ee412b505', '1166', 'false', NULL, E'\\x', '0', E'\\x5249464652000000574542505650382046000000b004009d012a160010003f1172b0502c26a4a2b0080180220964009d2f5c821ce56e1efb939a30fa2722db0feb0000fe0ddbd487e1d0e866f68ea84b829c8620f6bc3fa1a400', NULL, NULL, NULL, '2026-11-23 23:25:33.627886', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1166', 'image/jpeg', '3178433508', '48', '64', '809', 'image/jpeg', '796442210', '48', '64', '809', 'image/jpeg', '796442210', '48', '64', '809', 'image/jpeg', '796442210', '48', '64'),
('01a20aba-a45d-72fb-b239-ddedcd221280', '01a20aba-9c33-7e02-a89c-ee93917489f4', '01a20aba-9c33-7f2c-b3e6-2b46ac65809e', '8589934592', 'dropped.jpg', NULL, NULL, '{}', '
dropped.jpg', 'false', '2026-11-23 23:25:33.709355+00', 'false', '2026-11-23 23:25:33.677621+00', '1', '0', E'\\x899fc116a6312016d4361e8bce38d84406fc20bcd7de26ebe96c273cc902f80b', '1132', 'false', NULL, E'\\x', '0', E'\\x524946464a00000057454250565038203e0000009003009d012a160010003f1172b150ac26a4a2b0080180220964009d00273a75326bd8bd8000feb9055f41b127c84e50951e9d7bc96f6c56b64e55000000', NULL, NULL, NULL, '2026-11-23 23:25:33.677621', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1132', 'image/jpeg', '692038634', '48', '64', '749', 'image/jpeg', '720018907', '48', '64', '749', 'image/jpeg', '720018907', '48', '64', '749', 'image/jpeg', '720018907', '48', '64')
ON CONFLICT DO NOTHING;

INSERT INTO uncompared_images (image_id) VALUES
('01a20aba-9ea0-7c23-84d1-c83d98f13405'),
('01a20aba-a0ea-7e0e-a8c0-966f07676c68'),
('01a20aba-a11f-7be1-856c-5f0c88daba50'),
('01a20aba-a152-7fef-98c5-952d4b0d94b4'),
('01a20aba-a173-785b-907d-4457b966696a'),
('01a20aba-a191-7e3d-ad5c-e6a6022671be')
ON CONFLICT DO NOTHING;

INSERT INTO thumbnails (image_id, height, width, bytes, content_type, crc32, blocks, created_at, last_read_at) VALUES
('01a20aba-a407-7d15-8b31-c03b49dd7137', '120', '64', '809', 'image/jpeg', '796442210', E'\\x', '2026-11-23 23:25:33.919104+00', '2026-11-23 23:25:33.919104+00')
ON CONFLICT DO NOTHING;

INSERT INTO links (id, token_hash, kind, image_id, group_id, variant, created_by, created_at, expires_at, max_views, views, password_hash, allows_favourites, max_favourites, name, shows_preview, protected_token) VALUES
('01a20aba-a5af-78d3-bd70-7a9a010e95ff', E'\\x002813c2ea2d80610f88cdac2d55e6a709f0b494f90cdba7a7687b7f717c3746', '1', NULL, '01a20aba-9d8a-74e1-9c9b-02186f034249', NULL, '01a20aba-94ee-7b92-bf67-4549db178f90', '2026-11-23 23:25:33.999625+00', NULL, '5', '1', '$2b$04$XAGAfWn64QwMWtEAc0t31.h0SI0rpPfo1.DMhzZ5LuUZFerwFWNZq', 'true', NULL, NULL, 'false', 'CfDJ8DnZIYpMBFBJgQwfit94VIpEWpsTR7z06ve7l6L6wtdnYwV4XfSDXQuJDmX4Uba2Q4d17BzDCQAt_LPaYlx_5dGW0Cdy_IYrh0J8WXcpxSD5riiFT_qTHieSaYGneubq3jIBi_MOoRXHJhexGg72e5s'),
('01a20aba-a652-786f-ba47-a4e6b589469d', E'\\x3d2a15349886c0fadd15d8fbeebaa5aeffa5b6ac9b86164cb837cbe17503f3d4', '0', '01a20aba-a407-7d15-8b31-c03b49dd7137', NULL, '120', '01a20aba-9c33-7f2c-b3e6-2b46ac65809e', '2026-11-23 23:25:34.162968+00', '2026-11-24 07:45:34.162968+00', NULL, '0', NULL, 'false', NULL, NULL, 'false', NULL)
ON CONFLICT DO NOTHING;

INSERT INTO link_guests (id, link_id, token_hash, name, created_at, changed_at, submitted_at) VALUES
('01a20aba-a693-7701-a435-1f03011cc57c', '01a20aba-a5af-78d3-bd70-7a9a010e95ff', E'\\x4f03a98f4a422de0095de3cda26eb02c4ba2173e85ef13b9c2bc445a0236e699', 'Grace', '2026-11-23 23:25:34.22757+00', '2026-11-23 23:25:34.27275+00', '2026-11-23 23:25:34.304551+00')
ON CONFLICT DO NOTHING;

INSERT INTO favourites (guest_id, image_id, file_name, note, chosen_at) VALUES
('01a20aba-a693-7701-a435-1f03011cc57c', '01a20aba-a173-785b-907d-4457b966696a', 'secret.jpg', 'Large', '2026-11-23 23:25:34.249032+00')
ON CONFLICT DO NOTHING;

INSERT INTO archives (id, token_hash, group_id, link_id, is_of_hidden, variant, file_name, list_key, list_bytes, note_bytes, expires_at) VALUES
('01a20aba-a755-791d-addf-c5d578c70fac', E'\\x9457ee46c7ebd3ad6a928a9aea2c0d8688bbe3cad1c497b1ca93c043404d5eb5', '01a20aba-9d33-7b8e-a42a-35dcdb06a177', NULL, 'false', 'full', 'Harbour.zip', 'archives/106551788/f40331a1104af8c27cdb531b45572fbd', '252', '0', '2026-11-23 23:35:34.421358+00')
ON CONFLICT DO NOTHING;

INSERT INTO sessions (id, user_id, current_token_hash, rotated_at, expires_at, ended_at, created_at) VALUES
('01a20aba-9a3e-7cb3-ae61-4c9fcd550aa7', '01a20aba-94ee-7b92-bf67-4549db178f90', E'\\x56dc6a4d0ae1419fede76cd00c3737f4d961f2d78069b387b63bb343257fecea', '2026-11-23 23:25:31.070972+00', '2026-12-23 23:25:31.070972+00', NULL, '2026-11-23 23:25:31.070972+00'),
('01a20aba-a3af-7978-9fa3-e6a7c9d5fe08', '01a20aba-9c33-7f2c-b3e6-2b46ac65809e', E'\\x29798c5328c2e768718398ce6d8b6acb92f50e0d2e52084bf71ec875ab7cd2a6', '2026-11-23 23:25:33.509727+00', '2026-12-23 23:25:33.509727+00', NULL, '2026-11-23 23:25:33.4879+00')
ON CONFLICT DO NOTHING;

INSERT INTO replaced_tokens (token_hash, session_id, replaced_at) VALUES
(E'\\xcc44007f6549efda2e70436fdb8922331ea7394414a28e8d1faf6698c575286e', '01a20aba-a3af-7978-9fa3-e6a7c9d5fe08', '2026-11-23 23:25:33.509727+00')
ON CONFLICT DO NOTHING;

INSERT INTO known_addresses (user_id, address_hash, signed_in_at) VALUES
('01a20aba-9c33-7f2c-b3e6-2b46ac65809e', E'\\x6eabc5afbb86cb099c4447503fcfdd80b6456f344e11b7011255c69e1f214b24', '2026-11-23 23:25:33.488869+00')
ON CONFLICT DO NOTHING;

INSERT INTO api_keys (id, name, key_hash, scopes, created_by, created_at, expires_at, last_used_at) VALUES
('01a20aba-a286-7ed5-9283-d693968f0286', 'read, upload', E'\\x1fc594a45ffa711a0da06d6c88cd65b46ccc5491dc33c9e73c7e5e82c42d1e0f', '{0,1}', '01a20aba-94ee-7b92-bf67-4549db178f90', '2026-11-23 23:25:33.190244+00', NULL, NULL)
ON CONFLICT DO NOTHING;

INSERT INTO upload_batches (id, account_id, group_id, is_own, total, uploaded, duplicate, failed, created_at) VALUES
('01a20aba-a2cd-72ae-83be-e377a5cca64b', '01a20aba-94ee-7b92-bf67-4549db178f90', '01a20aba-9d8a-74e1-9c9b-02186f034249', 'false', '1', '0', '0', '0', '2026-11-23 23:25:33.26163+00')
ON CONFLICT DO NOTHING;

INSERT INTO upload_files (id, batch_id, index, account_id, group_id, file_name, is_renamed_on_clash, bytes, sha256, "position", metadata, status, "offset", part_count, image_id, code, error, created_at, touched_at, finished_at) VALUES
('01a20aba-a2cd-77d8-800a-e44d6d4bbaf6', '01a20aba-a2cd-72ae-83be-e377a5cca64b', '0', '01a20aba-94ee-7b92-bf67-4549db178f90', '01a20aba-9d8a-74e1-9c9b-02186f034249', 'awaited.jpg', 'false', '10', NULL, '8589934592', NULL, '0', '0', '0', NULL, NULL, NULL, '2026-11-23 23:25:33.26163+00', '2026-11-23 23:25:33.26163+00', NULL)
ON CONFLICT DO NOTHING;

INSERT INTO inventory_records (id, product_id, quantity, observed_at) VALUES
('01a20aba-a823-7e17-8feb-f0a6083df5e3', 'P-1', '3', '2026-05-01 12:00:00+00')
ON CONFLICT DO NOTHING;

INSERT INTO inventory_rollups (product_id, width, starts_at, count, min, max, last, last_at) VALUES
('P-1', '2592000', '2026-04-07 00:00:00+00', '1', '3', '3', '3', '2026-05-01 12:00:00+00'),
('P-1', '3600', '2026-05-01 12:00:00+00', '1', '3', '3', '3', '2026-05-01 12:00:00+00'),
('P-1', '60', '2026-05-01 12:00:00+00', '1', '3', '3', '3', '2026-05-01 12:00:00+00'),
('P-1', '86400', '2026-05-01 00:00:00+00', '1', '3', '3', '3', '2026-05-01 12:00:00+00')
ON CONFLICT DO NOTHING;

INSERT INTO protection_keys (id, encrypted_with, xml) VALUES
('01a20aba-9459-7f13-9153-86a73fd1a9c5', 'Huzt8-tk0CWLaXqy', '<key id="8a21d939-044c-4950-810c-1f8adf78548a" version="1"><creationDate>2026-11-23T23:25:29.5544643Z</creationDate><activationDate>2026-11-23T23:25:29.5544643Z</activationDate><expirationDate>2027-02-21T23:25:29.5544643Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><encryptedSecret decryptorType="ImageHub.Infrastructure.Secrets.SigningKeyDecryption, ImageHub.Infrastructure, Version=0.9.0.0, Culture=neutral, PublicKeyToken=null" xmlns="http://schemas.asp.net/2015/03/dataProtection"><encryptedWithSigningKey xmlns="">SngaG2F/5PKgSpXsDBZMPJFBbl1XkEwlghKGbU0xAF95X4IBWwy//a2GDBJajr/MeOc4duRT2N1D1eVImiDMoKJEncgv/26M2fEKUOuxDJv8fWOIAWA/i3PzXETOG/0tC+wyJrdkW98tj+QraI59aDTzfO87nsmdhyuLmDFHsNzCADux+F404EYxMZe9fWJ5OQ/re/7h5lRMWTN76Ti5SEg0tneH7yEpk7tCSnMZQqnPJvVbwufHWnPROPB/vf9NcwWlNeo1hM3TjyqabK+vxW0whmr4e7mcvn5MMQtgxOXX6IVKszkIFbd1JxuD39WDZgjWyMs0P9RRNHRpDjSq/myKAlMgwBoLuSsTVGZhKg3V7A2JU2Ob5VUCoa01oehDV/LKWz8GIB65Kw==</encryptedWithSigningKey></encryptedSecret></descriptor></descriptor></key>')
ON CONFLICT DO NOTHING;
