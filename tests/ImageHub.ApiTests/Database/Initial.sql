-- What the program whose last migration was 'Initial' left in its database after some use.
-- link to the workshop: /shared/ku3nT6SGUoa_johPb3vHNg
-- link to an image: /s/Xp-AgF0af2IIcYEES8ZU_Q
-- refresh token: BjhLkTXF0Eq8HPsBRy9uePmbmYgabmjttm8HhEPOYF8

INSERT INTO tiers (id, name, normalized_name, thumbnail_heights, originals, expiring_links, quota_bytes, max_file_bytes) VALUES
('01980000-0000-7000-8000-000000000001', 'Basic', 'basic', '{200}', 'false', 'false', NULL, NULL),
('01980000-0000-7000-8000-000000000002', 'Premium', 'premium', '{200,400}', 'true', 'false', NULL, NULL),
('01980000-0000-7000-8000-000000000003', 'Enterprise', 'enterprise', '{200,400}', 'true', 'true', NULL, NULL),
('01a1fad6-7c7f-7347-988a-7d6569dac456', 'Studio', 'studio', '{120}', 'true', 'true', '1000000', NULL)
ON CONFLICT DO NOTHING;

INSERT INTO users (id, user_name, normalized_user_name, password_hash, role, tier_id, is_disabled, created_at) VALUES
('01a1fad6-6b1d-79e3-9d86-7696c5fb163e', 'admin', 'admin', '$2b$12$pRvwEr6KW1WrqLs/q5HmxO8LPxZ4sCEBd6J.OGlgIfRzMSKs0E2Am', '1', NULL, 'false', '2026-11-20 21:21:58.557818+00'),
('01a1fad6-834e-719c-9900-e5cd00dfaae6', 'ada', 'ada', '$2b$12$3JhDvazpKTc5ag2mNuYkkuPgQk3GTKV/3Lt1/hLeMHiDNAIY5I3p6', '0', '01a1fad6-7c7f-7347-988a-7d6569dac456', 'false', '2026-11-20 21:22:04.750187+00'),
('01a1fad6-8917-7aa1-93ec-c549a2c4fc4b', 'bob', 'bob', '$2b$12$qjJxMUugLez1LQe7IkHYxOSJeevmLMuKcItc9TdJYOtp5Jk/6.tsy', '0', '01980000-0000-7000-8000-000000000001', 'true', '2026-11-20 21:22:06.231037+00')
ON CONFLICT DO NOTHING;

INSERT INTO groups (id, owner_id, title, description, search_text, is_published, product_id, cover_image_id, position, image_count, image_bytes, created_at, updated_at, deleted_at) VALUES
('01a1fad6-834e-779d-8ef3-7d47661738c0', '01a1fad6-834e-719c-9900-e5cd00dfaae6', '', NULL, '
', 'false', NULL, NULL, '0', '1', '1166', '2026-11-20 21:22:04.750187+00', '2026-11-20 21:22:10.401692+00', NULL),
('01a1fad6-8917-79e6-9c34-7e654b92a57c', '01a1fad6-8917-7aa1-93ec-c549a2c4fc4b', '', NULL, '
', 'false', NULL, NULL, '0', '0', '0', '2026-11-20 21:22:06.231037+00', '2026-11-20 21:22:06.231037+00', NULL),
('01a1fad6-89f4-7497-85ac-2530e90cc43d', NULL, 'Harbour', 'Seen from all sides.', 'harbour
seen from all sides.', 'true', 'P-1', '01a1fad6-900f-7c1f-8199-371e685edfea', '-8589934592', '3', '2329', '2026-11-20 21:22:06.452908+00', '2026-11-20 21:22:09.095569+00', NULL),
('01a1fad6-8a21-7d8a-8838-e40ea10700fd', NULL, 'Workshop', NULL, 'workshop
', 'false', NULL, NULL, '0', '1', '1067', '2026-11-20 21:22:06.497325+00', '2026-11-20 21:22:08.455033+00', NULL),
('01a1fad6-8a2b-7b2b-bd4a-3882636f5b71', NULL, 'Attic', NULL, 'attic
', 'true', NULL, NULL, '-4294967296', '1', '1253', '2026-11-20 21:22:06.507083+00', '2026-11-20 21:22:08.807015+00', '2026-11-20 21:22:09.125546+00')
ON CONFLICT DO NOTHING;

INSERT INTO images (id, group_id, owner_id, position, file_name, title, description, tags, search_text, is_published, deleted_at, trashed_with_group, created_at, revision, format, sha256, original_bytes, has_original, full_crc32, placeholder, taken_at, taken_at_offset, taken_or_created_at, camera, latitude, longitude, full_bytes, full_content_type, full_height, full_width, high_bytes, high_content_type, high_height, high_width, low_bytes, low_content_type, low_height, low_width) VALUES
('01a1fad6-8abd-75c1-8c80-ca548f58489f', '01a1fad6-89f4-7497-85ac-2530e90cc43d', NULL, '4294967296', 'one.jpg', 'Dawn', 'Fog.', '{sea,Été}', 'dawn
one.jpg
sea
été', 'true', NULL, 'false', '2026-11-20 21:22:07.075291+00', '1', '0', E'\\x6ed89f28c3b45d4297afeb6638189a97c09c95f28aefd111c6e21e21be0cf43d', '1201', 'false', '3517151859', E'\\x524946465a00000057454250565038204e0000009004009d012a180012003f1178b1522c2724a2b01808018022096200b7e70001d83e434f245bc2307a6f51ad8000e416dba5f42febc137d669edab24001e168e55efd65e2d27fe0f2a0b4c000000', NULL, NULL, '2026-11-20 21:22:07.075291', NULL, NULL, NULL, '1201', 'image/jpeg', '48', '64', '778', 'image/jpeg', '48', '64', '778', 'image/jpeg', '48', '64'),
('01a1fad6-900f-7c1f-8199-371e685edfea', '01a1fad6-89f4-7497-85ac-2530e90cc43d', NULL, '8589934592', 'two.png', NULL, NULL, '{}', '
two.png', 'true', NULL, 'false', '2026-11-20 21:22:08.106185+00', '1', '1', E'\\x566c8e693b65286a4090936e7fbb64c1d333bf77983b345e38b8745bc53d79c1', '768', 'false', '985230043', E'\\x52494646500000005745425056503820440000001004009d012a180012003f1178b7532c2725a2a80aa98022094013a731901848ee712e17290f8aae8000fe45125a049992d2a855aa0d22d625a7a8ce4fb80cbf8489d000', NULL, NULL, '2026-11-20 21:22:08.106185', NULL, NULL, NULL, '768', 'image/png', '24', '32', '665', 'image/jpeg', '24', '32', '665', 'image/jpeg', '24', '32'),
('01a1fad6-90e0-717c-a27e-f6754970fe70', '01a1fad6-89f4-7497-85ac-2530e90cc43d', NULL, '0', 'three.webp', NULL, NULL, '{}', '
three.webp', 'true', NULL, 'false', '2026-11-20 21:22:08.30521+00', '1', '2', E'\\x3cbb6592e59cb091f9b040998c6b138d03b4d3981f6b10d8227ff9d00dfbe49d', '360', 'false', '669931129', E'\\x524946465800000057454250565038204c0000009003009d012a180012003f117cb553ac27a4a2a80aa98022096600bb0013dd264caedfa0a000fd115cf246f195f534deb5f3677007c32c297ecc1b1d6aa4695ec7a06e245da8f9b08f000000', NULL, NULL, '2026-11-20 21:22:08.30521', NULL, NULL, NULL, '360', 'image/webp', '48', '64', '734', 'image/jpeg', '48', '64', '734', 'image/jpeg', '48', '64'),
('01a1fad6-913d-78c2-bb24-600677c8097c', '01a1fad6-89f4-7497-85ac-2530e90cc43d', NULL, '17179869184', 'gone.jpg', NULL, NULL, '{}', '
gone.jpg', 'true', '2026-11-20 21:22:09.095569+00', 'false', '2026-11-20 21:22:08.332683+00', '1', '0', E'\\x97108b9dcc5e042541c8f5118dac1594b18dac8b6b49023925f894c2da560494', '1293', 'false', '3389761063', E'\\x524946466800000057454250565038205c000000b005009d012a180012003f1174af50ac26a422b008018022096400bf6a8480d8306aa0ed755b1dcea03ca384a39638f9871c7226fc8000fe13a1b3481fb69a9e30b1c6932878b6de92d135dcadc58a7014ba669cca3b97b0d0000000', NULL, NULL, '2026-11-20 21:22:08.332683', NULL, NULL, NULL, '1293', 'image/jpeg', '48', '64', '845', 'image/jpeg', '48', '64', '845', 'image/jpeg', '48', '64'),
('01a1fad6-9191-7ecb-bcaf-9d6c49804b04', '01a1fad6-8a21-7d8a-8838-e40ea10700fd', NULL, '4294967296', 'secret.jpg', NULL, NULL, '{}', '
secret.jpg', 'false', NULL, 'false', '2026-11-20 21:22:08.455033+00', '1', '0', E'\\x08daa4f7bd71a17aa73bedf7367da9654f62332f2a4a74f2ca1b869640de32af', '1067', 'false', '3446549633', E'\\x5249464652000000574542505650382046000000b003009d012a120018003f1180b755ac27a52328080180220940000674b0a1bb04c8e90ecc0000fed321cfb7ffe22f2abd656f1e763dc1da023232b05890c97cfa6618000000', NULL, NULL, '2026-11-20 21:22:08.455033', NULL, NULL, NULL, '1067', 'image/jpeg', '64', '48', '741', 'image/jpeg', '64', '48', '741', 'image/jpeg', '64', '48'),
('01a1fad6-9286-7415-8f5b-fbc6f876c95d', '01a1fad6-8a2b-7b2b-bd4a-3882636f5b71', NULL, '4294967296', 'old.jpg', NULL, NULL, '{}', '
old.jpg', 'true', '2026-11-20 21:22:09.125546+00', 'true', '2026-11-20 21:22:08.807015+00', '1', '0', E'\\xd9c707707af01ad81026295b35f19a7a788e9a92c7b8494ea265a9057ad23121', '1253', 'false', '312370850', E'\\x524946466600000057454250565038205a0000001005009d012a180012003f1172b452ac262522b018080180220964009d39413afbc5006e3f43ed36bd55c09d656dd33800007f47d03178c6b0f82a2b9cd2beb33ba95eea20d299b0916f74a43b2e1f5545d65ecd683d72000000', NULL, NULL, '2026-11-20 21:22:08.807015', NULL, NULL, NULL, '1253', 'image/jpeg', '48', '64', '786', 'image/jpeg', '48', '64', '786', 'image/jpeg', '48', '64'),
('01a1fad6-98fb-7850-b66a-69a774ef1be1', '01a1fad6-834e-779d-8ef3-7d47661738c0', '01a1fad6-834e-719c-9900-e5cd00dfaae6', '4294967296', 'mine.jpg', NULL, NULL, '{}', '
mine.jpg', 'false', NULL, 'false', '2026-11-20 21:22:10.330647+00', '1', '0', E'\\xc01067627d8b02f912fb1bc1360a8d396b0b36df45772f41e72bb56ee412b505', '1166', 'false', '3178433508', E'\\x524946465e0000005745425056503820520000007005009d012a180012003f1170b352ac25a4a2b0180801802209401765f5e021cb988d26e3eee5bc8aa57d8200ce47428117ce0000fe10aa210f1fe6d5f3e8a93123ed14c3142a098d77cf29120b7d4c0000', NULL, NULL, '2026-11-20 21:22:10.330647', NULL, NULL, NULL, '1166', 'image/jpeg', '48', '64', '809', 'image/jpeg', '48', '64', '809', 'image/jpeg', '48', '64'),
('01a1fad6-9930-7ed9-a879-51bf8d9fc933', '01a1fad6-834e-779d-8ef3-7d47661738c0', '01a1fad6-834e-719c-9900-e5cd00dfaae6', '8589934592', 'dropped.jpg', NULL, NULL, '{}', '
dropped.jpg', 'false', '2026-11-20 21:22:10.401692+00', 'false', '2026-11-20 21:22:10.38389+00', '1', '0', E'\\x899fc116a6312016d4361e8bce38d84406fc20bcd7de26ebe96c273cc902f80b', '1132', 'false', '692038634', E'\\x52494646520000005745425056503820460000009003009d012a180012003f117cb553ac27a522a80aa9802209401479827ba57ebef2645e4000feb8e58644c7e2a8909da5e13c0cd5c79ccedacf9c97ac0c9cf5ef6177e34800', NULL, NULL, '2026-11-20 21:22:10.38389', NULL, NULL, NULL, '1132', 'image/jpeg', '48', '64', '749', 'image/jpeg', '48', '64', '749', 'image/jpeg', '48', '64')
ON CONFLICT DO NOTHING;

INSERT INTO thumbnails (image_id, height, width, bytes, content_type, created_at, last_read_at) VALUES
('01a1fad6-98fb-7850-b66a-69a774ef1be1', '120', '64', '809', 'image/jpeg', '2026-11-20 21:22:10.725586+00', '2026-11-20 21:22:10.725586+00')
ON CONFLICT DO NOTHING;

INSERT INTO links (id, token_hash, kind, image_id, group_id, variant, created_by, created_at, expires_at, max_views, views, password_hash) VALUES
('01a1fad6-a015-76a2-af57-1294ccbc41d5', E'\\xb5915e81170dfd12cca620cd4effedc4d9c14347542b1c50f3fe3dc564b4e25f', '1', NULL, '01a1fad6-8a21-7d8a-8838-e40ea10700fd', NULL, '01a1fad6-6b1d-79e3-9d86-7696c5fb163e', '2026-11-20 21:22:12.117527+00', NULL, '5', '1', '$2b$12$xvmJNznHvqLHCt9MX1e31.6Pomunw7IFbQCY/DeIFPpi/Uo3kuy/a'),
('01a1fad6-a59c-7040-8bed-c64c6c180e88', E'\\x7d6cfe689b255d100f14b0b1c6929d4b3c2f0e90895698dbee198e6ad40fe144', '0', '01a1fad6-98fb-7850-b66a-69a774ef1be1', NULL, '120', '01a1fad6-834e-719c-9900-e5cd00dfaae6', '2026-11-20 21:22:13.532216+00', '2026-11-21 05:42:13.532216+00', NULL, '0', NULL)
ON CONFLICT DO NOTHING;

INSERT INTO sessions (id, user_id, current_token_hash, rotated_at, expires_at, ended_at, created_at) VALUES
('01a1fad6-79f6-7a2f-bcae-36723332fd93', '01a1fad6-6b1d-79e3-9d86-7696c5fb163e', E'\\x99fe740076a0d09f895f2e15dc01aebece945270ba3bc4f3d773bdf9a9285488', '2026-11-20 21:22:02.358753+00', '2026-12-20 21:22:02.358753+00', NULL, '2026-11-20 21:22:02.358753+00'),
('01a1fad6-98a6-7a58-9c1f-7bc1a8a80bda', '01a1fad6-834e-719c-9900-e5cd00dfaae6', E'\\xa72c94008304f5b9bb73e67f54e7a2dd2a6eebdd02197c313f03048d2036084a', '2026-11-20 21:22:10.242038+00', '2026-12-20 21:22:10.242038+00', NULL, '2026-11-20 21:22:10.214695+00')
ON CONFLICT DO NOTHING;

INSERT INTO replaced_tokens (token_hash, session_id, replaced_at) VALUES
(E'\\x7b52d4575918e45b89a9eeff4723fe7dd73be92d684215ec0749cc5415b9d673', '01a1fad6-98a6-7a58-9c1f-7bc1a8a80bda', '2026-11-20 21:22:10.242038+00')
ON CONFLICT DO NOTHING;

INSERT INTO known_addresses (user_id, address_hash, signed_in_at) VALUES
('01a1fad6-834e-719c-9900-e5cd00dfaae6', E'\\x6eabc5afbb86cb099c4447503fcfdd80b6456f344e11b7011255c69e1f214b24', '2026-11-20 21:22:10.22104+00')
ON CONFLICT DO NOTHING;
