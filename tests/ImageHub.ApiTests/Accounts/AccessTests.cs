using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using ImageHub.Api.Accounts;
using ImageHub.Application.Accounts;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Tiers;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.Accounts;

/// <summary>
/// Checks the answer of every live endpoint to every kind of caller for every kind of target. The table itself is checked, too: when
/// any single access rule is replaced, at least one case must fail.
/// </summary>
public sealed class AccessTests(PostgresServer postgres)
{
    private static readonly string[] Tiers = ["basic", "premium", "enterprise"];

    /// <summary>Users who are members of the curated targets, and a former member.</summary>
    private static readonly string[] Members = ["viewer", "contributor", "former member"];
    private static readonly string[] Guests = ["nobody", "guest", "other guest"];

    /// <summary>The admin's API keys, each with one scope and named after it.</summary>
    private static readonly string[] Keys = ["read", "upload", "inventory", "admin"];

    /// <summary>
    /// The caller of each character in a cell, from left to right: guests and users, then keys of the admin and of an editor, then keys
    /// of members. The guest has a link to the target; the other guest has a link to another group.
    /// </summary>
    private static readonly string[] Callers =
        [.. Guests, .. Tiers, .. Members, "admin", "editor", .. Keys.Select(scope => $"{scope} key"), "editor's key", .. Members.Select(member => $"{member}'s key")];

    /// <summary>
    /// The target of each cell of a route, from left to right. A tier's name means the group and the image owned by the user of that tier.
    /// </summary>
    private static readonly string[] Targets = ["published", "unpublished", "trashed", .. Tiers];

    /// <summary>Access tokens that are rejected.</summary>
    private static readonly string[] BadTokens = ["tampered", "expired"];

    /// <summary>API keys that are rejected: 401 on every API route, including sign-in. Other routes ignore them.</summary>
    private static readonly string[] BadKeys = ["unknown key", "revoked key", "expired key"];

    /// <summary>Raises the limit of archive requests, which one caller's many requests would exceed. The OpenID Connect provider is unreachable.</summary>
    private static readonly Dictionary<string, string?> Unlimited = new()
    {
        ["RateLimits:Routes:Archives:Burst"] = "10000",
        ["RateLimits:Routes:Archives:PerMinute"] = "10000",
        ["Oidc:Authority"] = "http://127.0.0.1:9",
        ["Oidc:ClientId"] = "imagehub",
    };

    /// <summary>
    /// The expected answers: 1 is 401, 3 is 403, 4 is 404, 9 is 409, + is the status of the row; a dot marks a case that does not exist.
    /// Each row has the answer to a rejected token, the status, and one cell for each target, or a single cell if the target does not
    /// matter. If a + stands for 400, 409, 415, 422 or 503, the caller is allowed, but the body or the state is refused.
    /// </summary>
    private static readonly Dictionary<string, (char BadToken, int Status, string[] Cells)> Expected = new(StringComparer.Ordinal)
    {
        // One cell for each target, in this order: published, unpublished, trashed, basic's, premium's, enterprise's.
        ["GET /api"] = ('+', 200, ["+++++++++++ +++++ +++"]),
        ["GET /health/live"] = ('+', 200, ["+++++++++++ +++++ +++"]),
        ["GET /health/ready"] = ('+', 200, ["+++++++++++ +++++ +++"]),
        ["GET /openapi/v1.json"] = ('+', 200, ["+++++++++++ +++++ +++"]),
        ["POST /api/v1/auth/login"] = ('+', 400, ["+++++++++++ 33333 333"]),
        ["POST /api/v1/auth/refresh"] = ('1', 401, ["11111111111 33333 333"]),
        ["POST /api/v1/auth/logout"] = ('.', 204, ["111++++++++ 33333 333"]), // An expired token still ends its session, but a tampered token does not: see SignInTests.
        ["GET /api/v1/auth/me"] = ('1', 200, ["111++++++++ 33333 333"]),
        ["PUT /api/v1/me/password"] = ('1', 400, ["111++++++++ 33333 333"]),
        ["GET /api/v1/auth/methods"] = ('+', 200, ["+++++++++++ 33333 333"]),
        ["POST /api/v1/auth/passkey/options"] = ('+', 200, ["+++++++++++ 33333 333"]),
        ["POST /api/v1/auth/passkey"] = ('+', 400, ["+++++++++++ 33333 333"]),
        ["GET /api/v1/me/passkeys"] = ('1', 200, ["111++++++++ 33333 333"]),
        ["POST /api/v1/me/passkeys/options"] = ('1', 200, ["111++++++++ 33333 333"]),
        ["POST /api/v1/me/passkeys"] = ('1', 400, ["111++++++++ 33333 333"]),
        ["DELETE /api/v1/me/passkeys/{id:guid}"] = ('1', 404, ["11144444444 33333 333"]),
        ["GET /api/v1/auth/oidc"] = ('+', 303, ["+++++++++++ 33333 333"]),
        ["GET /api/v1/auth/oidc/callback"] = ('+', 303, ["+++++++++++ 33333 333"]),
        ["POST /api/v1/auth/oidc/backchannel-logout"] = ('+', 400, ["+++++++++++ 33333 333"]),
        ["GET /api/v1/me/oidc"] = ('1', 200, ["111++++++++ 33333 333"]),
        ["POST /api/v1/me/oidc"] = ('1', 503, ["111++++++++ 33333 333"]),
        ["DELETE /api/v1/me/oidc"] = ('1', 204, ["111++++++++ 33333 333"]),
        ["GET /api/v1/me/groups"] = ('1', 200, ["111++++++++ 33333 333"]),
        ["GET /api/v1/me/images"] = ('1', 200, ["111++++++33 33333 333"]),
        ["POST /api/v1/me/images"] = ('1', 422, ["111++++++33 33333 333"]),
        ["PUT /api/v1/me/images/{image}"] = ('1', 415, ["111++++++33 33333 333"]),
        ["DELETE /api/v1/me/images/{image}"] = ('1', 204, ["11144444433 33333 333", "11144444433 33333 333", "11144444433 33333 333", "111+4444433 33333 333", "1114+444433 33333 333", "11144+44433 33333 333"]),
        ["GET /api/v1/users"] = ('1', 200, ["111333333+3 33333 333"]),
        ["GET /api/v1/users/names"] = ('1', 200, ["111333333++ 33333 333"]),
        ["POST /api/v1/users"] = ('1', 201, ["111333333+3 33333 333"]),
        ["GET /api/v1/users/{id:guid}"] = ('1', 200, ["111+44444+4 33333 333"]),
        ["PATCH /api/v1/users/{id:guid}"] = ('1', 200, ["111333333+3 33333 333"]),
        ["DELETE /api/v1/users/{id:guid}"] = ('1', 204, ["111333333+3 33333 333"]),
        ["GET /api/v1/api-keys"] = ('1', 200, ["111++++++++ 33333 333"]),
        ["POST /api/v1/api-keys"] = ('1', 201, ["111++++++++ 33333 333"]),
        ["GET /api/v1/api-keys/{id:guid}"] = ('1', 200, ["111444444+4 33333 333"]),
        ["DELETE /api/v1/api-keys/{id:guid}"] = ('1', 204, ["111444444+4 33333 333"]),
        ["GET /api/v1/transform-keys"] = ('1', 200, ["111333333+3 33333 333"]),
        ["POST /api/v1/transform-keys"] = ('1', 201, ["111333333+3 33333 333"]),
        ["DELETE /api/v1/transform-keys/{id:guid}"] = ('1', 204, ["111333333+3 33333 333"]),
        ["GET /api/v1/tiers"] = ('1', 200, ["111333333+3 33333 333"]),
        ["POST /api/v1/tiers"] = ('1', 201, ["111333333+3 33333 333"]),
        ["GET /api/v1/tiers/{id:guid}"] = ('1', 200, ["111333333+3 33333 333"]),
        ["PATCH /api/v1/tiers/{id:guid}"] = ('1', 200, ["111333333+3 33333 333"]),
        ["DELETE /api/v1/tiers/{id:guid}"] = ('1', 204, ["111333333+3 33333 333"]),
        ["GET /robots.txt"] = ('+', 200, ["+++++++++++ +++++ +++"]),
        ["GET /sitemap.xml"] = ('4', 404, ["44444444444 44444 444"]), // The server of this test does not know its public address.
        ["GET /feed.xml"] = ('4', 404, ["44444444444 44444 444"]),
        ["GET /manifest.webmanifest"] = ('+', 200, ["+++++++++++ +++++ +++"]),
        ["GET /oembed"] = ('4', 404, ["44444444444 44444 444"]),
        ["GET /api/v1/site"] = ('1', 200, ["+++++++++++ +++++ 333"]),
        ["PATCH /api/v1/site"] = ('1', 200, ["111333333+3 33333 333"]),
        ["GET /api/v1/site/logo"] = ('1', 404, ["44444444444 44444 333"]), // The server of this test has no logo.
        ["PUT /api/v1/site/logo"] = ('1', 415, ["111333333+3 33333 333"]),
        ["DELETE /api/v1/site/logo"] = ('1', 204, ["111333333+3 33333 333"]),
        ["GET /api/v1/site/logo/dark"] = ('1', 404, ["44444444444 44444 333"]),
        ["PUT /api/v1/site/logo/dark"] = ('1', 415, ["111333333+3 33333 333"]),
        ["DELETE /api/v1/site/logo/dark"] = ('1', 204, ["111333333+3 33333 333"]),
        ["GET /api/v1/groups"] = ('1', 200, ["+++++++++++ +++++ 333"]),
        ["POST /api/v1/groups"] = ('1', 201, ["111333333++ 3+3++ 333"]),
        ["PUT /api/v1/groups/order"] = ('1', 204, ["111333333++ 333+3 333"]),
        ["GET /api/v1/groups/{id:guid}"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ ++4++ 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333"]),
        ["PATCH /api/v1/groups/{id:guid}"] = ('1', 200, ["111333333++ 333+3 333", "111333333++ 333+3 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333"]),
        ["DELETE /api/v1/groups/{id:guid}"] = ('1', 204, ["111333333++ 333+3 333", "111333333++ 333+3 333", "11133333344 34344 333", "11133333344 34344 333", "11133333344 34344 333", "11133333344 34344 333"]),
        ["POST /api/v1/groups/{id:guid}/restore"] = ('1', 204, ["11133333344 33343 333", "11133333344 33343 333", "111333333++ 333+3 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333"]),
        ["PUT /api/v1/groups/{id:guid}/order"] = ('1', 204, ["111333333++ 333+3 333", "111333333++ 333+3 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333"]),
        ["POST /api/v1/groups/{id:guid}/order"] = ('1', 204, ["111333333++ 333+3 333", "111333333++ 333+3 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333"]),
        ["GET /api/v1/groups/{id:guid}/images"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333"]),
        ["POST /api/v1/groups/{id:guid}/images"] = ('1', 422, ["1113333+3++ 3+33+ 333", "1114443+4++ 3+33+ 333", "11144444444 34334 333", "11144444444 34334 333", "11144444444 34334 333", "11144444444 34334 333"]),
        ["GET /api/v1/groups/{id:guid}/images/{fileName}"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333"]),
        ["PUT /api/v1/groups/{id:guid}/images/{fileName}"] = ('1', 415, ["1113333+3++ 3+33+ 333", "1114443+4++ 3+33+ 333", "11144444444 34334 333", "11144444444 34334 333", "11144444444 34334 333", "11144444444 34334 333"]),
        ["GET /api/v1/groups/{id:guid}/archive"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333"]),
        ["POST /api/v1/groups/{id:guid}/archives"] = ('1', 201, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333"]),
        ["GET /api/v1/groups/{id:guid}/members"] = ('1', 200, ["111333333++ 33333 333", "111333333++ 33333 333", "11133333344 33333 333", "11133333344 33333 333", "11133333344 33333 333", "11133333344 33333 333"]),
        ["PUT /api/v1/groups/{id:guid}/members"] = ('1', 200, ["111333333++ 33333 333", "111333333++ 33333 333", "11133333344 33333 333", "11133333344 33333 333", "11133333344 33333 333", "11133333344 33333 333"]),
        ["POST /api/v1/groups/{id:guid}/links"] = ('1', 201, ["111333333++ 333+3 333", "111333333++ 333+3 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333"]),
        ["GET /api/v1/images"] = ('1', 200, ["+++++++++++ +++++ 333"]),
        ["GET /api/v1/images/months"] = ('1', 200, ["+++++++++++ +++++ 333"]),
        ["GET /api/v1/duplicates"] = ('1', 200, ["111333333++ 333+3 333"]),
        ["POST /api/v1/duplicates/keep"] = ('1', 400, ["111333333++ 333+3 333"]),
        ["GET /api/v1/tags"] = ('1', 200, ["+++++++++++ +++++ 333"]),
        ["GET /api/v1/images/{id:guid}"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "444+44444++ 444+4 333", "4444+4444++ 444+4 333", "44444+444++ 444+4 333"]),
        ["GET /api/v1/images/{id:guid}/low"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "444344444++ 444+4 333", "444434444++ 444+4 333", "444443444++ 444+4 333"]),
        ["GET /api/v1/images/{id:guid}/medium"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "444344444++ 444+4 333", "444434444++ 444+4 333", "444443444++ 444+4 333"]),
        ["GET /api/v1/images/{id:guid}/high"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "444344444++ 444+4 333", "444434444++ 444+4 333", "444443444++ 444+4 333"]),
        ["GET /api/v1/images/{id:guid}/large"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "444344444++ 444+4 333", "444434444++ 444+4 333", "444443444++ 444+4 333"]),
        ["GET /api/v1/images/{id:guid}/full"] = ('1', 200, ["+++++++++++ +++++ 333", "444444++4++ +44+4 333", "44444444444 44444 333", "444344444++ 444+4 333", "4444+4444++ 444+4 333", "44444+444++ 444+4 333"]),
        ["GET /api/v1/images/{id:guid}/original"] = ('1', 200, ["111333333++ 333+3 333", "111444334++ 333+3 333", "11144444444 33343 333", "111344444++ 333+3 333", "1114+4444++ 333+3 333", "11144+444++ 333+3 333"]),
        ["GET /api/v1/images/{id:guid}/thumbnails/{height:int}"] = ('1', 200, ["111333333++ 333+3 333", "111444334++ 333+3 333", "11144444444 33343 333", "111+44444++ 333+3 333", "1114+4444++ 333+3 333", "11144+444++ 333+3 333"]),
        ["POST /api/v1/images/{id:guid}/links"] = ('1', 201, ["111333333++ 333+3 333", "111444334++ 333+3 333", "11144444444 33343 333", "111344444++ 333+3 333", "111434444++ 333+3 333", "11144+444++ 333+3 333"]),
        ["PUT /api/v1/images/{id:guid}/sidecar"] = ('1', 422, ["111333333++ 3+3+4 333", "111444334++ 3+3+4 333", "11144444444 34344 333", "111344444++ 343+4 333", "111434444++ 343+4 333", "111443444++ 343+4 333"]),
        ["GET /api/v1/images/{id:guid}/sidecar"] = ('1', 200, ["111333333++ 333+3 333", "111333333++ 333+3 333", "11133333344 33343 333", "111333333++ 333+3 333", "111333333++ 333+3 333", "111333333++ 333+3 333"]),
        ["PATCH /api/v1/images/{id:guid}"] = ('1', 200, ["111333333++ 333+3 333", "111444334++ 333+3 333", "11144444444 33343 333", "111344444++ 333+3 333", "111434444++ 333+3 333", "111443444++ 333+3 333"]),
        ["DELETE /api/v1/images/{id:guid}"] = ('1', 204, ["111333333++ 333+3 333", "111444334++ 333+3 333", "11144444444 33343 333", "111344444++ 333+3 333", "111434444++ 333+3 333", "111443444++ 333+3 333"]),
        ["POST /api/v1/images/{id:guid}/restore"] = ('1', 409, ["11133333344 33343 333", "11133333344 33343 333", "111333333++ 333+3 333", "11133333344 33343 333", "11133333344 33343 333", "11133333344 33343 333"]),
        ["POST /api/v1/images/bulk"] = ('1', 400, ["111333333++ 333+3 333"]),
        ["GET /api/v1/uploads"] = ('1', 200, ["111++++++++ 3+33+ 333"]),
        ["POST /api/v1/uploads"] = ('1', 201, ["1113333+3++ 3+33+ 333", "1114443+4++ 3+33+ 333", "11144444444 34334 333", "11144444444 34334 333", "11144444444 34334 333", "11144444444 34334 333"]),
        ["POST /api/v1/uploads/files"] = ('1', 200, ["111++++++++ 3+33+ 333"]),
        ["POST /api/v1/uploads/{id:guid}/files"] = ('1', 200, ["111444444+4 3+334 333", "111444444+4 3+334 333", "11144444444 34334 333", "111+4444444 34334 333", "1114+444444 34334 333", "11144+44444 34334 333"]),
        ["GET /api/v1/uploads/{id:guid}"] = ('1', 200, ["111444444+4 3+334 333", "111444444+4 3+334 333", "111444444+4 3+334 333", "111+4444444 34334 333", "1114+444444 34334 333", "11144+44444 34334 333"]),
        ["DELETE /api/v1/uploads/{id:guid}"] = ('1', 204, ["111444444+4 3+334 333", "111444444+4 3+334 333", "111444444+4 3+334 333", "111+4444444 34334 333", "1114+444444 34334 333", "11144+44444 34334 333"]),
        ["OPTIONS /api/v1/uploads/tus"] = ('1', 204, ["+++++++++++ +++++ 333"]),
        ["POST /api/v1/uploads/tus"] = ('1', 201, ["1113333+3++ 3+33+ 333", "1114443+4++ 3+33+ 333", "11144444444 34334 333", "11144444444 34334 333", "11144444444 34334 333", "11144444444 34334 333"]),
        ["HEAD /api/v1/uploads/tus/{id:guid}"] = ('1', 200, ["111444444+4 3+334 333", "111444444+4 3+334 333", "111444444+4 3+334 333", "111+4444444 34334 333", "1114+444444 34334 333", "11144+44444 34334 333"]),
        ["PATCH /api/v1/uploads/tus/{id:guid}"] = ('1', 204, ["111444444+4 3+334 333", "111444444+4 3+334 333", "11144444444 34334 333", "111+4444444 34334 333", "1114+444444 34334 333", "11144+44444 34334 333"]),
        ["DELETE /api/v1/uploads/tus/{id:guid}"] = ('1', 204, ["111444444+4 3+334 333", "111444444+4 3+334 333", "111444444+4 3+334 333", "111+4444444 34334 333", "1114+444444 34334 333", "11144+44444 34334 333"]),
        ["POST /api/v1/inventory/records"] = ('1', 400, ["111333333+3 33+33 333"]),
        ["GET /api/v1/inventory/records"] = ('1', 400, ["111333333+3 33+33 333"]),
        ["GET /api/v1/inventory/history"] = ('1', 400, ["111333333+3 333+3 333"]),
        ["GET /api/v1/inventory/levels"] = ('1', 400, ["+++++++++++ +++++ 333"]),
        ["GET /api/v1/links"] = ('1', 200, ["111++++++++ 333+3 333"]),
        ["GET /api/v1/links/{id:guid}"] = ('1', 200, ["111333333++ 333+3 333"]),
        ["PATCH /api/v1/links/{id:guid}"] = ('1', 200, ["111333333++ 333+3 333"]),
        ["DELETE /api/v1/links/{id:guid}"] = ('1', 204, ["111444444++ 333+3 333"]),
        ["GET /api/v1/favourites"] = ('1', 200, ["111333333++ 333+3 333"]),
        ["GET /api/v1/links/{id:guid}/favourites"] = ('1', 200, ["111333333++ 333+3 333"]),
        ["DELETE /api/v1/links/{id:guid}/favourites"] = ('1', 204, ["111333333++ 333+3 333"]),
        ["GET /t/{keyId}/{signature}/{options}/{file}"] = ('+', 200, ["+++++++++++ +++++ +++", "44444444444 44444 444", "44444444444 44444 444", "44444444444 44444 444", "44444444444 44444 444", "44444444444 44444 444"]), // All callers have a signed address.
        ["GET /s/{token}"] = ('4', 200, ["4+444444444 44444 444", "4+444444444 44444 444", "44444444444 44444 444", "4+444444444 44444 444", "4+444444444 44444 444", "4+444444444 44444 444"]),
        ["GET /api/v1/shared/{token}"] = ('1', 200, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["POST /api/v1/shared/{token}/unlock"] = ('1', 204, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/images"] = ('1', 200, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/images/{id:guid}/low"] = ('1', 200, ["4+444444444 44444 333", "4+444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/images/{id:guid}/medium"] = ('1', 200, ["4+444444444 44444 333", "4+444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/images/{id:guid}/high"] = ('1', 200, ["4+444444444 44444 333", "4+444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/images/{id:guid}/large"] = ('1', 200, ["4+444444444 44444 333", "4+444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/images/{id:guid}/full"] = ('1', 200, ["4+444444444 44444 333", "4+444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/favourites"] = ('1', 200, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["PUT /api/v1/shared/{token}/favourites/{imageId:guid}"] = ('1', 400, ["4+444444444 44444 333", "4+444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["DELETE /api/v1/shared/{token}/favourites/{imageId:guid}"] = ('1', 204, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["POST /api/v1/shared/{token}/favourites/submit"] = ('1', 400, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["POST /api/v1/shared/{token}/uploads"] = ('1', 400, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/uploads/{id:guid}"] = ('1', 404, ["44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["HEAD /api/v1/shared/{token}/uploads/tus/{id:guid}"] = ('1', 404, ["44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["PATCH /api/v1/shared/{token}/uploads/tus/{id:guid}"] = ('1', 404, ["44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["DELETE /api/v1/shared/{token}/uploads/tus/{id:guid}"] = ('1', 404, ["44444444444 44444 333", "44444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/shared/{token}/archive"] = ('1', 200, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["POST /api/v1/shared/{token}/archives"] = ('1', 201, ["4++44444444 44444 333", "4++44444444 44444 333", "44+44444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/archives/{token}"] = ('1', 200, ["4+444444444 44444 333", "4+444444444 44444 333", "44444444444 44444 333", "........... ..... ...", "........... ..... ...", "........... ..... ..."]),
        ["GET /api/v1/onedrive"] = ('1', 200, ["111333333+3 33333 333"]),
        ["DELETE /api/v1/onedrive"] = ('1', 204, ["111333333+3 33333 333"]),
        ["POST /api/v1/onedrive/connect"] = ('1', 409, ["111333333+3 33333 333"]),
        ["GET /api/v1/onedrive/callback"] = ('1', 303, ["+++++++++++ 33333 333"]),
        ["GET /api/v1/onedrive/items"] = ('1', 409, ["111333333+3 33333 333"]),
        ["GET /api/v1/onedrive/items/{id}"] = ('1', 409, ["111333333+3 33333 333"]),
        ["PATCH /api/v1/onedrive/items/{id}"] = ('1', 400, ["111333333+3 33333 333"]),
        ["DELETE /api/v1/onedrive/items/{id}"] = ('1', 409, ["111333333+3 33333 333"]),
        ["POST /api/v1/onedrive/items/{id}/upload-session"] = ('1', 400, ["111333333+3 33333 333"]),
        ["GET /api/v1/onedrive/thumbnails/{token}"] = ('1', 409, ["111333333+3 33333 333"]),
        ["POST /api/v1/onedrive/folders"] = ('1', 400, ["111333333+3 33333 333"]),
        ["GET /api/v1/onedrive/imports"] = ('1', 200, ["111333333+3 33333 333"]),
        ["POST /api/v1/onedrive/imports"] = ('1', 400, ["111333333+3 33333 333"]),
        ["GET /api/v1/imports/{id:guid}"] = ('1', 404, ["11133333343 33333 333"]),
        ["DELETE /api/v1/imports/{id:guid}"] = ('1', 404, ["11133333343 33333 333"]),
        ["GET /api/v1/storage"] = ('1', 200, ["111333333+3 333+3 333"]),
        ["GET /api/v1/storage/damaged"] = ('1', 200, ["111333333+3 333+3 333"]),
        // WebDAV accepts only keys, sent as Basic credentials. A user's own group is the folder "me" of that user.
        ["OPTIONS /dav/{**path}"] = ('1', 200, ["11111111111 3+3++ +++"]),
        ["PROPFIND /dav/{**path}"] = ('1', 207, ["11111111111 3+3++ 444", "11111111111 3+3++ 444", "11111111111 34344 444", "11111111111 34344 +++", "11111111111 34344 +++", "11111111111 34344 +++"]),
        ["PROPPATCH /dav/{**path}"] = ('1', 207, ["11111111111 3+3+3 444", "11111111111 3+3+3 444", "11111111111 34344 444", "11111111111 34344 +++", "11111111111 34344 +++", "11111111111 34344 +++"]),
        ["GET /dav/{**path}"] = ('1', 200, ["11111111111 333+3 444", "11111111111 333+3 444", "11111111111 34344 444", "11111111111 34344 333", "11111111111 34344 333", "11111111111 34344 333"]),
        ["PUT /dav/{**path}"] = ('1', 201, ["11111111111 3+3++ 999", "11111111111 3+3++ 999", "11111111111 39399 999", "11111111111 39399 +++", "11111111111 39399 +++", "11111111111 39399 +++"]),
        ["DELETE /dav/{**path}"] = ('1', 204, ["11111111111 333+3 444", "11111111111 333+3 444", "11111111111 34344 444", "11111111111 34344 333", "11111111111 34344 333", "11111111111 34344 333"]),
        ["MKCOL /dav/{**path}"] = ('1', 201, ["11111111111 3+3++ 999", "11111111111 3+3++ 999", "11111111111 39399 999", "11111111111 39399 333", "11111111111 39399 333", "11111111111 39399 333"]),
        ["MOVE /dav/{**path}"] = ('1', 201, ["11111111111 333+3 444", "11111111111 333+3 444", "11111111111 34344 444", "11111111111 34344 333", "11111111111 34344 333", "11111111111 34344 333"]),
        ["COPY /dav/{**path}"] = ('1', 201, ["11111111111 333+3 444", "11111111111 333+3 444", "11111111111 34344 444", "11111111111 34344 333", "11111111111 34344 333", "11111111111 34344 333"]),
        ["LOCK /dav/{**path}"] = ('1', 201, ["11111111111 3+3++ 999", "11111111111 3+3++ 999", "11111111111 39399 999", "11111111111 39399 +++", "11111111111 39399 +++", "11111111111 39399 +++"]),
        ["UNLOCK /dav/{**path}"] = ('1', 409, ["11111111111 3+3++ 444", "11111111111 3+3++ 444", "11111111111 34344 444", "11111111111 34344 +++", "11111111111 34344 +++", "11111111111 34344 +++"]),
        ["GET /api/v1/trash"] = ('1', 200, ["111333333++ 333+3 333"]),
        ["DELETE /api/v1/trash"] = ('1', 204, ["111333333++ 333+3 333"]),
    };

    [Fact]
    public async Task Every_live_endpoint_has_an_expected_access_rule_and_enforces_it_for_every_caller()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, Unlimited);
        var live = Endpoints(server).ToArray();

        live.Select(endpoint => endpoint.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ShouldBe(Expected.Keys.Order(StringComparer.Ordinal));
        live.ShouldAllBe(endpoint => endpoint.HasPolicy);
        (await DifferencesAsync(server, most: int.MaxValue)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Apart_from_signing_in_and_out_no_route_changes_anything_for_a_request_that_has_only_a_session_cookie()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, Unlimited);
        using var admin = server.NewClient(useCookies: true);
        await admin.PostAsJsonAsync("/api/v1/auth/login", new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword }).StatusAsync(HttpStatusCode.OK);
        var changing = Endpoints(server).Select(endpoint => endpoint.Name.Split(' ')).Where(name => name[0] is not ("GET" or "HEAD" or "OPTIONS" or "ANY")).ToList();
        changing.Count.ShouldBeGreaterThan(50);

        foreach (var route in changing)
        {
            var path = Regex.Replace(route[1], "{[^}]*:guid}", Guid.Empty.ToString(), RegexOptions.None, TimeSpan.FromSeconds(1));
            path = Regex.Replace(path, "{[^}]*}", "x", RegexOptions.None, TimeSpan.FromSeconds(1));
            using var request = new HttpRequestMessage(new HttpMethod(route[0]), path) { Content = JsonContent.Create(new { }) };
            using var answer = await admin.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (path is "/api/v1/auth/login" or "/api/v1/auth/passkey" or "/api/v1/auth/passkey/options" or "/api/v1/auth/refresh" or "/api/v1/auth/logout" or "/api/v1/auth/oidc/backchannel-logout")
            {
                // Sign-in reads only the body and a cookie that other sites' requests do not carry. Back-channel logout reads only the body.
                // Refresh and sign-out check the header themselves (SignInTests).
                continue;
            }

            if (path.StartsWith("/dav/", StringComparison.Ordinal))
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{route[0]} {path}: {text}");
                continue;
            }

            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{route[0]} {path}: {text}");
            text.ShouldContain("csrfHeaderMissing");
        }
    }

    [Theory]
    [InlineData("the admin policy allows every signed-in user")]
    [InlineData("the admin policy allows every visitor")]
    [InlineData("the policy for signed-in users allows every visitor")]
    [InlineData("the admin policy allows editors")]
    [InlineData("the curator policy allows every signed-in user")]
    [InlineData("the user policy allows every signed-in account")]
    [InlineData("every caller sees the items that admins see")]
    [InlineData("every caller sees the items that editors see")]
    [InlineData("every caller sees the items of one owner")]
    [InlineData("every caller sees the groups of one member")]
    [InlineData("every tier allows every variant")]
    [InlineData("no tier allows any variant")]
    [InlineData("every key has every scope")]
    [InlineData("every key with the upload scope can read")]
    public async Task The_access_test_notices_when_an_authorization_rule_is_replaced(string rule)
    {
        await using var server = await ImageHubServer.StartAsync(postgres, Unlimited, builder => Replace(rule, builder));

        (await DifferencesAsync(server, most: 1)).ShouldNotBeEmpty(rule);
    }

    [Fact]
    public async Task The_access_test_notices_when_the_policy_of_any_single_endpoint_is_removed()
    {
        var removed = new StrongBox<string?>();
        await using var server = await ImageHubServer.StartAsync(postgres, Unlimited, builder =>
        {
            var real = builder.Services.Last(service => service.ServiceType == typeof(IPolicyEvaluator));
            builder.Services.Remove(real);
            builder.Services.AddTransient<IPolicyEvaluator>(provider => new WithoutOnePolicy((IPolicyEvaluator)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!), removed));
        });
        var guarded = Endpoints(server).Where(endpoint => endpoint.IsGuarded).Select(endpoint => endpoint.Name).Distinct(StringComparer.Ordinal).ToList();
        guarded.Count.ShouldBeGreaterThan(100);
        var world = await World.CreateAsync(server);

        var unnoticed = new List<string>();
        foreach (var route in guarded)
        {
            removed.Value = route;
            try
            {
                if (await DifferencesAsync(server, world, [route], most: 1) is [])
                {
                    unnoticed.Add(route);
                }
            }
            catch (ShouldAssertException exception) when (exception.Message.Contains(nameof(HttpStatusCode.InternalServerError), StringComparison.Ordinal))
            {
                // Without its policy, an endpoint may answer 500 because there is no account. CallAsync fails on a 500, so this is noticed, too.
            }
        }

        unnoticed.ShouldBeEmpty();
    }

    private static void Replace(string rule, WebApplicationBuilder builder)
    {
        switch (rule)
        {
            case "the admin policy allows every signed-in user":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.Admin, policy => policy.RequireAuthenticatedUser()));
                break;
            case "the admin policy allows every visitor":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.Admin, policy => policy.RequireAssertion(_ => true)));
                break;
            case "the policy for signed-in users allows every visitor":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.SignedIn, policy => policy.RequireAssertion(_ => true)));
                break;
            case "the admin policy allows editors":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.Admin, options.GetPolicy(Access.Curator)!));
                break;
            case "the curator policy allows every signed-in user":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.Curator, policy => policy.RequireAuthenticatedUser()));
                break;
            case "the user policy allows every signed-in account":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.User, policy => policy.RequireAuthenticatedUser()));
                break;
            case "every caller sees the items that admins see":
                Decorate(builder, caller => new ReplacedCaller(caller) { IsAdmin = true });
                break;
            case "every caller sees the items that editors see":
                Decorate(builder, caller => new ReplacedCaller(caller) { IsCurator = true });
                break;
            case "every caller sees the items of one owner":
                Decorate(builder, caller => new ReplacedCaller(caller) { IsOwner = true });
                break;
            case "every caller sees the groups of one member":
                Decorate(builder, caller => new ReplacedCaller(caller) { IsMember = true });
                break;
            case "every tier allows every variant":
                Decorate(builder, caller => new ReplacedCaller(caller) { ReplacedTier = TierThatGives(everything: true) });
                break;
            case "every key has every scope":
                Decorate(builder, caller => new ReplacedCaller(caller) { ReplaceScopes = _ => Enum.GetValues<KeyScope>() });
                break;
            case "every key with the upload scope can read":
                Decorate(builder, caller => new ReplacedCaller(caller) { ReplaceScopes = scopes => scopes.Contains(KeyScope.Upload) ? [KeyScope.Upload, KeyScope.Read] : scopes });
                break;
            default:
                Decorate(builder, caller => new ReplacedCaller(caller) { ReplacedTier = TierThatGives(everything: false) });
                break;
        }
    }

    private static void Decorate(WebApplicationBuilder builder, Func<ICaller, ICaller> decorate)
    {
        var real = builder.Services.Last(service => service.ServiceType == typeof(ICaller));
        builder.Services.Remove(real);
        builder.Services.AddScoped(provider => decorate((ICaller)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
    }

    private static Tier TierThatGives(bool everything)
    {
        var tier = Tier.Create("replaced", DateTimeOffset.UnixEpoch);
        tier.OfferThumbnails(everything ? [200, 400] : []);
        tier.OfferOriginals(everything);
        tier.OfferExpiringLinks(everything);
        return tier;
    }

    private static IEnumerable<(string Name, bool HasPolicy, bool IsGuarded)> Endpoints(ImageHubServer server) =>
        from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let isAnonymous = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        let hasPolicy = endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        select (Name(endpoint, method), isAnonymous || hasPolicy, hasPolicy && !isAnonymous);

    private static string Name(RouteEndpoint endpoint, string method) =>
        $"{(method == "HEAD" && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } allowed && allowed.HttpMethods.Contains("GET") ? "GET" : method)} /{endpoint.RoutePattern.RawText!.TrimStart('/')}";

    private static async Task<List<string>> DifferencesAsync(ImageHubServer server, int most) =>
        await DifferencesAsync(server, await World.CreateAsync(server), Expected.Keys, most);

    private static async Task<List<string>> DifferencesAsync(ImageHubServer server, World world, IEnumerable<string> routes, int most)
    {
        var differences = new List<string>();

        // Start with the routes that have a cell for each target, because they reveal most wrong rules.
        foreach (var (route, (badToken, allowed, cells)) in routes.Select(route => (route, Expected[route])).OrderByDescending(route => route.Item2.Cells.Length))
        {
            // Renews the sessions. On a busy machine, they would no longer be recent when the routes that need a recent sign-in are called.
            await server.SqlAsync("UPDATE sessions SET created_at = now()");
            var cases = cells
                .Zip(Targets)
                .SelectMany(cell => Callers.Zip(cell.First.Replace(" ", "", StringComparison.Ordinal), (caller, expected) => (Target: cell.Second, Caller: caller, Expected: expected)))
                .Concat(BadTokens.Select(caller => (Target: "published", Caller: caller, Expected: badToken)))
                .Concat(BadKeys.Select(caller => (Target: "published", Caller: caller, Expected: route.Contains(" /api/v1/", StringComparison.Ordinal) ? '1' : cells[0][0])));
            foreach (var (target, caller, expected) in cases.Where(one => one.Expected != '.'))
            {
                var status = await world.CallAsync(route, caller, target, isThrough: expected == '+');
                var got = status switch
                {
                    401 => '1',
                    403 => '3',
                    404 => '4',
                    _ when status == allowed => '+',
                    409 => '9',
                    _ => '?',
                };
                if (got != expected)
                {
                    differences.Add($"{route}, {caller}, {target}: {status} in place of {(expected == '+' ? $"{allowed}" : expected)}");
                    if (differences.Count == most)
                    {
                        return differences;
                    }
                }
            }
        }

        return differences;
    }

    /// <summary>One target of every kind, and a client for every caller.</summary>
    private sealed class World(ImageHubServer server)
    {
        private readonly Dictionary<string, Target> targets = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HttpClient> clients = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> keys = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> groupTokens = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> imageTokens = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> archiveTokens = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Guid> userIds = new(StringComparer.Ordinal);
        private TransformSigner signer = null!;
        private Guid linkId;
        private int made;

        public static async Task<World> CreateAsync(ImageHubServer server)
        {
            var world = new World(server);
            await world.FillAsync();
            return world;
        }

        /// <summary>Sends a request. A request that is allowed and destructive gets its own new target.</summary>
        public async Task<int> CallAsync(string route, string caller, string target, bool isThrough)
        {
            var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
            var isDestructive = isThrough && (method is "DELETE" or "MOVE" || path.EndsWith("/restore", StringComparison.Ordinal) || (method == "PUT" && path.EndsWith("/members", StringComparison.Ordinal)));

            // A file accepts this PATCH only once: the PATCH advances the offset, or, if the group is deleted, the server refuses the file permanently.
            var isOnlyOnce = method == "PATCH" && path.Contains("/tus/", StringComparison.Ordinal) && (isThrough || target == "trashed");
            var about = isDestructive || isOnlyOnce ? await MakeAsync(target, hasUpload: path.Contains("/uploads/", StringComparison.Ordinal)) : targets[target];
            using var request = new HttpRequestMessage(new HttpMethod(method), await PathAsync(method, path, caller, target, about, isDestructive));
            request.Content = Body(method, path, about);
            if (path.Contains("/tus", StringComparison.Ordinal))
            {
                request.Headers.Add("Tus-Resumable", "1.0.0");
                request.Headers.Add("Upload-Offset", "0");
                request.Headers.Add("Upload-Length", "10");
                request.Headers.Add("Upload-Metadata", $"filename bmV3LmpwZw==,groupId {Convert.ToBase64String(Encoding.UTF8.GetBytes(about.Group.ToString()))}");
            }

            if (path.Contains("/favourites", StringComparison.Ordinal) || path.Contains("{token}/uploads", StringComparison.Ordinal))
            {
                request.Headers.Add("Cookie", "imagehub_guest=AAAAAAAAAAAAAAAAAAAAAA");
            }

            if (path.StartsWith("/dav/", StringComparison.Ordinal))
            {
                await PrepareDavAsync(request, caller, Tiers.Contains(target) ? about : targets["another"]);
            }

            var isSigningOut = isThrough && path.EndsWith("/logout", StringComparison.Ordinal);
            using var answer = await (isSigningOut ? await SignInAsync(caller) : clients[caller]).SendAsync(request);
            answer.StatusCode.ShouldNotBe(HttpStatusCode.InternalServerError, $"{route}, {caller}, {target}");
            return (int)answer.StatusCode;
        }

        private HttpContent? Body(string method, string path, Target about)
        {
            if (path.Contains("/tus", StringComparison.Ordinal))
            {
                return method == "PATCH" ? new ByteArrayContent([1]) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } } : null;
            }

            if (method is not ("POST" or "PUT" or "PATCH"))
            {
                return null;
            }

            if (method == "POST" && path.EndsWith("/images", StringComparison.Ordinal))
            {
                var files = new MultipartFormDataContent();
                files.AddFile("new.jpg", "no image"u8.ToArray());
                return files;
            }

            if (path == "/api/v1/uploads/files")
            {
                return new MultipartFormDataContent { { new ByteArrayContent([1]), about.UploadFile.ToString(), "new.jpg" } };
            }

            var json = path switch
            {
                "/api/v1/groups" => $$"""{"title":"Group {{++made}}"}""",
                "/api/v1/users" => $$"""{"userName":"user-{{++made}}","password":"{{ImageHubServer.UserPassword}}"}""",
                "/api/v1/api-keys" => $$"""{"name":"Key {{++made}}","scopes":["upload"]}""",
                "/api/v1/transform-keys" => $$"""{"name":"Key {{++made}}"}""",
                "/api/v1/tiers" => $$"""{"name":"Tier {{++made}}"}""",
                "/api/v1/groups/{id:guid}/members" => """{"items":[]}""",
                "/api/v1/groups/order" => $$"""{"ids":["{{about.Group}}"]}""",
                "/api/v1/groups/{id:guid}/order" when method == "POST" => """{"by":"fileName"}""",
                "/api/v1/groups/{id:guid}/order" => $$"""{"ids":["{{about.Image}}"]}""",
                "/api/v1/images/{id:guid}/links" => """{"variant":"200","expiresInSeconds":300}""",
                "/api/v1/uploads/{id:guid}/files" => """{"files":[{"fileName":"more.jpg","bytes":10}]}""",
                "/api/v1/uploads" => $$"""{"groupId":"{{about.Group}}","files":[{"fileName":"new.jpg","bytes":10}]}""",
                "/api/v1/shared/{token}/unlock" => """{"password":"any"}""",
                "/api/v1/shared/{token}/uploads" => """{"guestName":"any","files":[{"fileName":"new.jpg","bytes":10}]}""",
                "/api/v1/shared/{token}/favourites/submit" => """{"name":"any"}""",
                _ => "{}",
            };
            return new StringContent(json, Encoding.UTF8, "application/json");
        }

        private async Task<string> PathAsync(string method, string path, string caller, string target, Target about, bool isDestructive)
        {
            var token = caller switch
            {
                "guest" when path.Contains("{token}", StringComparison.Ordinal) => (path.Split('/') is [_, "s", ..] ? imageTokens : path.Contains("/archives/", StringComparison.Ordinal) ? archiveTokens : groupTokens)[target],
                "other guest" => groupTokens["another"],
                _ => "AAAAAAAAAAAAAAAAAAAAAA",
            };
            var id = path switch
            {
                _ when path.Contains("/images/{id", StringComparison.Ordinal) => about.Image,
                _ when path.Contains("/tus/", StringComparison.Ordinal) => about.UploadFile,
                _ when path.Contains("/uploads/", StringComparison.Ordinal) => about.Upload,
                _ when path.Contains("/api-keys/", StringComparison.Ordinal) => await MakeKeyAsync(),
                _ when path.Contains("/links/", StringComparison.Ordinal) => isDestructive ? await MakeLinkAsync(about.Group) : linkId,
                _ when path.Contains("/transform-keys/", StringComparison.Ordinal) => isDestructive ? (await TransformSigner.CreateAsync(server.Admin, $"Signer {++made}")).Id : signer.Id,
                _ when path.Contains("/tiers/", StringComparison.Ordinal) => isDestructive ? await server.Admin.CreateTierAsync($"Tier {++made}") : Tier.PremiumId,
                _ when path.Contains("/users/", StringComparison.Ordinal) => isDestructive ? await server.Admin.CreateUserAsync($"user-{++made}") : userIds["basic"],
                _ => about.Group,
            };
            if (path.StartsWith("/dav/", StringComparison.Ordinal))
            {
                return await DavPathAsync(about, method switch { "PUT" or "LOCK" or "UNLOCK" => $"new-{++made}.txt", "MKCOL" => $"New {++made}", _ => "one.jpg" });
            }

            return path
                .Replace("/t/{keyId}/{signature}/{options}/{file}", signer.Sign("w:40", about.Image), StringComparison.Ordinal)
                .Replace("{documentName}", "v1", StringComparison.Ordinal)
                .Replace("{height:int}", "200", StringComparison.Ordinal)
                .Replace("{token}", token, StringComparison.Ordinal)
                .Replace("{image}", method == "PUT" ? "new.jpg" : about.Image.ToString(), StringComparison.Ordinal)
                .Replace("{fileName}", method == "PUT" ? "new.jpg" : "one.jpg", StringComparison.Ordinal)
                .Replace("{imageId:guid}", about.Image.ToString(), StringComparison.Ordinal)
                .Replace("{id:guid}", id.ToString(), StringComparison.Ordinal)
                .Replace("{id}", "any", StringComparison.Ordinal);
        }

        /// <summary>Adds the headers and the body of a WebDAV request, and the caller's key, if any, as Basic credentials.</summary>
        private async Task PrepareDavAsync(HttpRequestMessage request, string caller, Target destination)
        {
            request.Headers.Add("Depth", "0");
            request.Headers.Add("Destination", await DavPathAsync(destination, $"{++made}.jpg"));
            request.Headers.Add("Lock-Token", "<urn:uuid:11111111-1111-1111-1111-111111111111>");
            if (keys.TryGetValue(caller, out var key))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{(caller.EndsWith("'s key", StringComparison.Ordinal) ? UserName(caller[..^6]) : ImageHubServer.AdminName)}:{key}")));
            }

            request.Content = request.Method.Method switch
            {
                "PUT" => new StringContent("no image"),
                "PROPPATCH" => new StringContent("<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'>1</x></prop></set></propertyupdate>"),
                "LOCK" => new StringContent("<lockinfo xmlns='DAV:'><lockscope><shared/></lockscope><locktype><write/></locktype></lockinfo>"),
                _ => null,
            };
        }

        /// <summary>The path of a file in a group's folder. A user's own group is the user's folder <c>me</c>, which admins' keys do not see.</summary>
        private async Task<string> DavPathAsync(Target about, string name) =>
            $"/dav/{Uri.EscapeDataString((string?)await server.SqlAsync($"SELECT coalesce(folder_name, 'me') FROM groups WHERE id = '{about.Group}'") ?? "")}/{name}";

        private async Task FillAsync()
        {
            (ReplacedCaller.Owner, ReplacedCaller.Member) = (null, null);
            signer = await TransformSigner.CreateAsync(server.Admin);
            foreach (var target in (string[])["published", "unpublished", "trashed", "another"])
            {
                var (group, image, _, _) = targets[target] = await MakeAsync(target == "trashed" ? "published" : target);
                groupTokens[target] = await TokenAsync($"/api/v1/groups/{group}/links", new { favourites = true, uploads = true });
                imageTokens[target] = await TokenAsync($"/api/v1/images/{image}/links", new { variant = "low", expiresInSeconds = 3_000 });
                archiveTokens[target] = await TokenAsync($"/api/v1/groups/{group}/archives", new { });
            }

            foreach (var member in Members)
            {
                userIds[member] = await server.Admin.CreateUserAsync(UserName(member));
                clients[member] = await SignInAsync(member);
                await KeyAsync($"{member}'s key", clients[member], "upload");
                await clients[member].PutAsync("/api/v1/me/images/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: ++made))).StatusAsync(HttpStatusCode.Created);
            }

            foreach (var target in (string[])["published", "unpublished", "trashed"])
            {
                await server.Admin.SetMembersAsync(targets[target].Group, (userIds["former member"], "contributor"));
                await server.Admin.SetMembersAsync(targets[target].Group, (userIds["viewer"], "viewer"), (userIds["contributor"], "contributor"));
            }

            await server.Admin.DeleteAsync($"/api/v1/groups/{targets["trashed"].Group}").StatusAsync(HttpStatusCode.NoContent);
            foreach (var guest in Guests)
            {
                clients[guest] = server.NewClient();
            }

            clients["admin"] = server.Admin;
            await server.Admin.CreateEditorAsync("editor");
            clients["editor"] = await SignInAsync("editor");
            await KeyAsync("editor's key", clients["editor"], "upload");
            foreach (var scope in Keys)
            {
                await KeyAsync($"{scope} key", server.Admin, scope);
            }

            clients["unknown key"] = server.WithKey("ihk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
            clients["revoked key"] = server.WithKey(await EndedKeyAsync("DELETE FROM api_keys"));
            clients["expired key"] = server.WithKey(await EndedKeyAsync("UPDATE api_keys SET expires_at = now()"));
            clients["tampered"] = WithToken(Tampered(TestTokens.Create()));
            clients["expired"] = WithToken(TestTokens.Create(expires: DateTimeOffset.UtcNow.AddMinutes(-1)));
            foreach (var (name, tier) in Tiers.Zip((Guid[])[Tier.BasicId, Tier.PremiumId, Tier.EnterpriseId]))
            {
                userIds[name] = await server.Admin.CreateUserAsync(name, tier);
                clients[name] = await SignInAsync(name);
                targets[name] = await MakeAsync(name);
                imageTokens[name] = await TokenAsync($"/api/v1/images/{targets[name].Image}/links", new { variant = "low", expiresInSeconds = 3_000 });
            }

            linkId = await MakeLinkAsync(targets["published"].Group);
            (ReplacedCaller.Owner, ReplacedCaller.Member) = (userIds["enterprise"], userIds["viewer"]);
        }

        /// <summary>Creates a group with an image and, if asked for, an upload. For a user, adds both to the user's own group.</summary>
        private async Task<Target> MakeAsync(string target, bool hasUpload = true)
        {
            var content = TestImages.Jpeg(seed: ++made);
            if (Tiers.Contains(target) && userIds.TryGetValue(target, out var userId))
            {
                var name = targets.ContainsKey(target) ? $"{made}.jpg" : "one.jpg";
                var put = await clients[target].PutAsync($"/api/v1/me/images/{name}", new ByteArrayContent(content)).JsonAsync(HttpStatusCode.Created);
                var (own, ownFile) = hasUpload ? await AnnounceAsync(clients[target], groupId: null) : default;
                return new Target(await server.OwnGroupAsync(userId), put.Id(), own, ownFile);
            }

            // Each group has a unique title, because folders of WebDAV are named after the groups outside the trash.
            var group = await server.Admin.CreateGroupAsync($"{target} {++made}", isPublished: target != "unpublished");
            var image = await server.Admin.AddImageAsync(group, "one.jpg", content);
            var (upload, uploadFile) = hasUpload ? await AnnounceAsync(server.Admin, group) : default;
            if (target == "trashed")
            {
                await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
            }

            return new Target(group, image, upload, uploadFile);
        }

        private static async Task<(Guid Upload, Guid File)> AnnounceAsync(HttpClient client, Guid? groupId)
        {
            var upload = await client.PostAsJsonAsync("/api/v1/uploads", new { groupId, files = new[] { new { fileName = "announced.jpg", bytes = 10 } } }).JsonAsync(HttpStatusCode.Created);
            return (upload.Id(), Guid.Parse(upload.Items("files")[0].Text("uploadUrl")!.Split('/')[^1]));
        }

        private async Task<string> TokenAsync(string path, object body) =>
            (await server.Admin.PostAsJsonAsync(path, body).JsonAsync(HttpStatusCode.Created)).Text("url")!.Split('/')[^1];

        private sealed record Target(Guid Group, Guid Image, Guid Upload, Guid UploadFile);

        private async Task<Guid> MakeLinkAsync(Guid groupId) =>
            (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{groupId}/links", new { favourites = true }).JsonAsync(HttpStatusCode.Created)).Id();

        /// <summary>Gives a caller a key.</summary>
        private async Task KeyAsync(string caller, HttpClient owner, string scope)
        {
            keys[caller] = await owner.CreateKeyAsync(scope);
            clients[caller] = server.WithKey(keys[caller]);
        }

        private async Task<Guid> MakeKeyAsync() =>
            (await server.Admin.PostAsJsonAsync("/api/v1/api-keys", new { name = $"Key {++made}", scopes = new[] { "read" } }).JsonAsync(HttpStatusCode.Created)).Id();

        /// <summary>Creates a key and ends it directly in the database; a request would need its id.</summary>
        private async Task<string> EndedKeyAsync(string end)
        {
            var key = await server.Admin.CreateKeyAsync("read");
            await using var connection = new NpgsqlConnection(server.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"{end} WHERE key_hash = sha256(@key)", connection);
            command.Parameters.AddWithValue("key", Encoding.UTF8.GetBytes(key));
            (await command.ExecuteNonQueryAsync()).ShouldBe(1);
            return key;
        }

        private Task<HttpClient> SignInAsync(string caller) => caller == "admin"
            ? server.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword)
            : server.SignInAsync(UserName(caller), ImageHubServer.UserPassword);

        private static string UserName(string caller) => caller.Replace(' ', '-');

        private HttpClient WithToken(string token)
        {
            var client = server.NewClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return client;
        }

        private static string Tampered(string token)
        {
            var parts = token.Split('.');
            var signature = parts[2].ToCharArray();
            signature[5] = signature[5] == 'A' ? 'B' : 'A';
            return $"{parts[0]}.{parts[1]}.{new string(signature)}";
        }
    }

    /// <summary>Evaluates the policies of all endpoints but one.</summary>
    private sealed class WithoutOnePolicy(IPolicyEvaluator real, StrongBox<string?> removed) : IPolicyEvaluator
    {
        public Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context) => real.AuthenticateAsync(policy, context);

        public Task<PolicyAuthorizationResult> AuthorizeAsync(AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource) =>
            context.GetEndpoint() is RouteEndpoint endpoint && Name(endpoint, context.Request.Method) == removed.Value
                ? Task.FromResult(PolicyAuthorizationResult.Success())
                : real.AuthorizeAsync(policy, authenticationResult, context, resource);
    }

    /// <summary>A caller with one property replaced by a wrong value.</summary>
    private sealed class ReplacedCaller(ICaller real) : ICaller
    {
        private bool? isAdmin;
        private bool? isCurator;

        /// <summary>The user id that callers with <see cref="IsOwner"/> report; null reports the real id.</summary>
        public static Guid? Owner { get; set; }

        public bool IsOwner { get; init; }

        public Guid? UserId => IsOwner && Owner is { } owner ? owner : real.UserId;

        public Guid? SessionId => real.SessionId;

        public Guid? KeyId => real.KeyId;

        public bool IsAdmin
        {
            get => isAdmin ?? real.IsAdmin;
            init => isAdmin = value;
        }

        /// <summary>The member id that callers with <see cref="IsMember"/> report; null reports the real id.</summary>
        public static Guid? Member { get; set; }

        public bool IsMember { get; init; }

        public Guid? MemberId => IsMember && Member is { } member ? member : real.MemberId;

        public Role? Role => real.Role;

        public bool IsCurator
        {
            get => isCurator ?? real.IsCurator;
            init => isCurator = value;
        }

        /// <summary>The tier that callers with a tier report instead of their own; null reports the real tier.</summary>
        public Tier? ReplacedTier { get; init; }

        public Func<IReadOnlyList<KeyScope>, IReadOnlyList<KeyScope>> ReplaceScopes { get; init; } = scopes => scopes;

        public IReadOnlyList<KeyScope>? Scopes => real.Scopes is { } scopes ? ReplaceScopes(scopes) : null;

        public Tier? Tier => real.Tier is null ? null : ReplacedTier ?? real.Tier;

        public string Address => real.Address;
    }
}
