using ImageHub.Api.Accounts;
using ImageHub.Api.Requests;
using ImageHub.Application.ApiKeys;
using ImageHub.Application.Paging;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.ApiKeys;

/// <summary>API keys. These routes reject API keys, so that a key cannot extend its scopes or create another key.</summary>
[Route("api/v1/api-keys")]
[Tags("API keys")]
[Authorize(Access.SignedIn)]
public sealed class ApiKeysController : ApiController
{
    /// <summary>Lists the caller's own API keys, newest first; for admins, all keys.</summary>
    [HttpGet]
    [ProducesResponseType<Page<ApiKeyResponse>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<ApiKeyResponse>>> List([FromQuery] ListApiKeys query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Reads an API key's metadata. The key itself is not included.</summary>
    [HttpGet("{id:guid}")]
    [ProducesResponseType<ApiKeyResponse>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<ApiKeyResponse>> Get(Guid id, CancellationToken cancellationToken) => await Mediator.Send(new GetApiKey(id), cancellationToken);

    /// <summary>Creates an API key, which acts for the caller within its scopes. Only this response contains the key itself.</summary>
    /// <remarks>
    /// `read`: public resources, and the same resources of unpublished groups. `upload`: uploading, listing groups and creating hidden groups. `inventory`:
    /// stock records. `admin`: groups, images, links and the trash. A key works until it expires or is revoked. The role of the key's account limits the
    /// scopes: all for admins, `upload` for editors and users. Accounts other than admins have up to 20 keys. A user's keys open only WebDAV at `/dav/me/`.
    /// </remarks>
    [HttpPost]
    [ProducesResponseType<NewApiKey>(201)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<NewApiKey>> Create(CreateApiKey body, CancellationToken cancellationToken)
    {
        var key = await Mediator.Send(body, cancellationToken);
        Response.Headers.CacheControl = "no-store";
        return Created($"/api/v1/api-keys/{key.Id}", key);
    }

    /// <summary>Revokes an API key, immediately and on every instance.</summary>
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<NoContentResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteApiKey(id), cancellationToken);
        return NoContent();
    }
}
