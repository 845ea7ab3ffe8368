namespace ImageHub.Mutations.Targets;

/// <summary>All parsers.</summary>
internal static class AllTargets
{
    /// <param name="scratch">The file that contains the current variant while its parser is called.</param>
    public static IReadOnlyList<Target> Create(Scratch scratch) =>
    [
        .. FileTargets.Create(scratch),
        .. MetadataTargets.Create(),
        .. TextTargets.Create(),
        .. RequestTargets.Create(),
        .. DavTargets.Create(),
    ];
}
