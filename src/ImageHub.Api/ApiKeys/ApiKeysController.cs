using ImageHub.Api.Requests;
using ImageHub.Application.ApiKeys;
using ImageHub.Application.Paging;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.ApiKeys;

/// <summary>API keys. No key reaches these routes, so that none can widen itself or make another.</summary>
[Route("api/v1/api-keys")]
[Tags("API keys")]
public sealed class ApiKeysController : ApiController
{
    /// <summary>Lists the API keys of all admins, the newest first.</summary>
    [HttpGet]
    [ProducesResponseType<Page<ApiKeyResponse>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<ApiKeyResponse>>> List([FromQuery] ListApiKeys query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Reads an API key, without the key itself.</summary>
    [HttpGet("{id:guid}")]
    [ProducesResponseType<ApiKeyResponse>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<ApiKeyResponse>> Get(Guid id, CancellationToken cancellationToken) => await Mediator.Send(new GetApiKey(id), cancellationToken);

    /// <summary>Creates an API key, which acts for the caller within its scopes. The answer alone has the key itself.</summary>
    /// <remarks>
    /// `read`: what visitors may read, and the same of unpublished groups. `upload`: uploading, listing groups and creating hidden ones.
    /// `inventory`: records of stock. `admin`: groups, images, links and the trash. It works until it expires, is revoked, or its account is no admin's.
    /// </remarks>
    [HttpPost]
    [ProducesResponseType<NewApiKey>(201)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<NewApiKey>> Create(CreateApiKey body, CancellationToken cancellationToken)
    {
        var key = await Mediator.Send(body, cancellationToken);
        Response.Headers.CacheControl = "no-store";
        return Created($"/api/v1/api-keys/{key.Id}", key);
    }

    /// <summary>Revokes an API key, at once and on every instance.</summary>
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<NoContentResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteApiKey(id), cancellationToken);
        return NoContent();
    }
}
