namespace ImageHub.Application.Delivery;

/// <summary>
/// What a public answer was made of. The database's triggers <c>announce_groups</c>, <c>announce_images</c> and <c>announce_site</c> announce the same words,
/// separated by spaces, in the transaction of each change to what visitors see.
/// </summary>
public static class ChangeTags
{
    /// <summary>Any list of groups: their order, their texts, their counts and covers.</summary>
    public const string Groups = "groups";

    /// <summary>Any list of the images of all groups.</summary>
    public const string Images = "images";

    /// <summary>One group and what it holds; followed by its id.</summary>
    public const string Group = "group:";

    /// <summary>One image; followed by its id.</summary>
    public const string Image = "image:";

    /// <summary>What the owner says about the site.</summary>
    public const string Site = "site";

    /// <summary>Everything: announced for changes of very many rows.</summary>
    public const string All = "all";
}
