using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.WebDav;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Sets and removes properties of a folder or file, all or none (RFC 4918, section 9.2).</summary>
/// <param name="Path">The address.</param>
/// <param name="Changes">The changes, in the order in which they are made.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record ChangeDavProperties(DavPath Path, IReadOnlyList<DavPropertyChange> Changes, DavConditions Conditions) : IRequest<ChangedDavProperties>;

/// <summary>The result of a change of properties.</summary>
/// <param name="Resource">The folder or file.</param>
/// <param name="AreMade">Whether the changes were made; false if one of them concerns a property that the server computes.</param>
public sealed record ChangedDavProperties(DavResource Resource, bool AreMade);

/// <summary>A change of a property.</summary>
/// <param name="Namespace">The namespace of the name; may be empty.</param>
/// <param name="Name">The local name.</param>
/// <param name="Value">The property's XML element; null to remove the property.</param>
public sealed record DavPropertyChange(string Namespace, string Name, string? Value)
{
    /// <summary>Whether the server computes the property; true for every property in the namespace <c>DAV:</c>.</summary>
    public bool IsProtected => Namespace == "DAV:";
}

internal sealed class ChangeDavPropertiesHandler(IImageHubDb db, DavTree tree, DavLocks locks, DavJunk junk, ICaller caller, TimeProvider clock) : IRequestHandler<ChangeDavProperties, ChangedDavProperties>
{
    public async Task<ChangedDavProperties> Handle(ChangeDavProperties request, CancellationToken cancellationToken)
    {
        if (await junk.FindAsync(request.Path, cancellationToken) is { } discarded)
        {
            // Neither the file itself nor its properties are stored.
            return new ChangedDavProperties(discarded, !request.Changes.Any(change => change.IsProtected));
        }

        var place = await tree.FindAsync(request.Path, cancellationToken);
        var found = place.Resource ?? throw DavProblems.NotFound();
        if (found is { IsFolder: true, Folder.GroupId: null })
        {
            throw new ProblemException(Problems.Forbidden, $"'{DavPath.Root}' has no properties that can be changed.");
        }

        var accountId = caller.UserId!.Value;
        if (!caller.IsAdmin && !found.Folder.IsOwn && (found.IsFolder || (found.File.ImageId is not null && found.File.AddedBy != accountId)))
        {
            caller.EnsureAdminKey("Changing properties of folders, and of images that other accounts have uploaded, needs a key with the scope 'admin'.");
        }

        await locks.EnsureConditionsHoldAsync(place, request.Conditions, cancellationToken);
        await locks.EnsureUnlockedAsync(found.Folder, found.File?.Name, request.Conditions, isAddedOrRemoved: false, cancellationToken);
        if (request.Changes.Any(change => change.IsProtected))
        {
            return new ChangedDavProperties(found, AreMade: false);
        }

        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        await locks.EnsureUnlockedAsync(found.Folder, found.File?.Name, request.Conditions, isAddedOrRemoved: false, cancellationToken);
        var properties = await db.PropertiesOf(found.Owner).AsTracking().ToDictionaryAsync(property => (property.Namespace, property.Name), cancellationToken);
        foreach (var change in request.Changes)
        {
            Apply(change, found, properties, accountId);
        }

        await db.EnsurePropertiesFitAsync(found.Owner, accountId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new ChangedDavProperties(found, AreMade: true);
    }

    private void Apply(DavPropertyChange change, DavResource found, Dictionary<(string, string), DavProperty> properties, Guid accountId)
    {
        var known = properties.GetValueOrDefault((change.Namespace, change.Name));
        if (change.Value is null)
        {
            if (known is not null)
            {
                db.DavProperties.Remove(known);
                properties.Remove((change.Namespace, change.Name));
            }
        }
        else if (known is not null)
        {
            known.Set(change.Value, accountId);
        }
        else
        {
            properties[(change.Namespace, change.Name)] = known = DavProperty.Create(found.Owner, change.Namespace, change.Name, change.Value, accountId, clock.Now());
            db.DavProperties.Add(known);
        }
    }
}
