using ImageHub.Api.Requests;
using ImageHub.Application.Paging;
using ImageHub.Application.Tiers;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Tiers;

/// <summary>Tiers: the limits and features of user accounts.</summary>
[Route("api/v1/tiers")]
[Tags("Users and tiers")]
public sealed class TiersController : ApiController
{
    /// <summary>Lists tiers by name.</summary>
    [HttpGet]
    [ProducesResponseType<Page<TierResponse>>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<Page<TierResponse>>> List([FromQuery] ListTiers query, CancellationToken cancellationToken) =>
        Paged(await Mediator.Send(query, cancellationToken));

    /// <summary>Creates a tier.</summary>
    [HttpPost]
    [ProducesResponseType<TierResponse>(201)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<ActionResult<TierResponse>> Create(CreateTier body, CancellationToken cancellationToken)
    {
        var tier = await Mediator.Send(body, cancellationToken);
        return Created($"/api/v1/tiers/{tier.Id}", tier);
    }

    /// <summary>Reads a tier.</summary>
    [HttpGet("{id:guid}")]
    [ProducesResponseType<TierResponse>(200)]
    [FailsWith(401, 403, 404, 503)]
    public async Task<ActionResult<TierResponse>> Get(Guid id, CancellationToken cancellationToken) =>
        await Mediator.Send(new GetTier(id), cancellationToken);

    /// <summary>Updates a tier. Absent fields keep their values; null clears a field.</summary>
    /// <remarks>Takes effect for all users of the tier, immediately on this instance and within a second on others.</remarks>
    [HttpPatch("{id:guid}")]
    [ProducesResponseType<TierResponse>(200)]
    [FailsWith(400, 401, 403, 404, 409, 503)]
    public async Task<ActionResult<TierResponse>> Update(Guid id, UpdateTier body, CancellationToken cancellationToken) =>
        await Mediator.Send(body.WithId(id), cancellationToken);

    /// <summary>Deletes a tier without users. Basic, the tier of new users, cannot be deleted.</summary>
    [HttpDelete("{id:guid}")]
    [ProducesResponseType(204)]
    [FailsWith(401, 403, 404, 409, 503)]
    public async Task<NoContentResult> Delete(Guid id, CancellationToken cancellationToken)
    {
        await Mediator.Send(new DeleteTier(id), cancellationToken);
        return NoContent();
    }
}
