using ImageHub.Api.ApiKeys;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Application.Inventory;
using ImageHub.Application.RateLimits;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ImageHub.Api.Inventory;

/// <summary>Stock of what groups show, by their <c>productId</c>.</summary>
[Route("api/v1/inventory")]
[Tags("Inventory")]
public sealed class InventoryController : ApiController
{
    /// <summary>Records observed quantities: all of them, or none.</summary>
    /// <remarks>
    /// 1 to 10,000 items, in a body of at most 4 MiB; more go into several requests. A product has one record for each time, in whole microseconds: an
    /// item whose product and time are there already, or come twice in the request, is a 409 `duplicateRecord`, and nothing is recorded.
    /// </remarks>
    [AllowKeys(KeyScope.Inventory)]
    [RouteLimit(RateLimitOptions.InventoryWrites)]
    [HttpPost("records")]
    [ProducesResponseType(201)]
    [FailsWith(400, 401, 403, 409, 503)]
    public async Task<StatusCodeResult> Record(RecordInventory body, CancellationToken cancellationToken)
    {
        await Mediator.Send(body, cancellationToken);
        return StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>Lists a product's records by time, `from` and `to` included.</summary>
    /// <remarks>`limit` and `pageSize` are 1 to 500, and 50 when absent. The offset form, which is also the answer where nothing is said, has `count`: all matches.</remarks>
    [AllowKeys(KeyScope.Inventory)]
    [RouteLimit(RateLimitOptions.InventoryReads)]
    [HttpGet("records")]
    [ProducesResponseType<InventoryRecordPage>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<InventoryRecordPage>> ListRecords([FromQuery] ListInventoryRecords query, CancellationToken cancellationToken)
    {
        var page = await Mediator.Send(query, cancellationToken);
        LinkNeighbours(page);
        return page;
    }

    /// <summary>Reads a product's quantities over a time, for a chart: at most `points` parts of equal length, each with its smallest, largest and last quantity.</summary>
    /// <remarks>Parts without a record are left out. A part is at least a minute long.</remarks>
    [AllowKeys(KeyScope.Admin)]
    [HttpGet("history")]
    [ProducesResponseType<InventoryHistory>(200)]
    [FailsWith(400, 401, 403, 503)]
    public async Task<ActionResult<InventoryHistory>> History([FromQuery] GetInventoryHistory query, CancellationToken cancellationToken) =>
        await Mediator.Send(query, cancellationToken);

    /// <summary>Reads the latest record of each product. Visitors see products of published groups.</summary>
    /// <remarks>Products without a record, and those that the caller may not see, are left out.</remarks>
    [AllowAnonymous]
    [AllowKeys]
    [HttpGet("levels")]
    [ProducesResponseType<InventoryLevels>(200)]
    [FailsWith(400, 401, 503)]
    public async Task<ActionResult<InventoryLevels>> Levels([FromQuery] ListInventoryLevels query, CancellationToken cancellationToken) =>
        await Mediator.Send(query, cancellationToken);
}
