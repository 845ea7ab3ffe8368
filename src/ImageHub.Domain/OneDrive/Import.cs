namespace ImageHub.Domain.OneDrive;

/// <summary>How far an import is.</summary>
public enum ImportState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It is being worked on, or was when the server stopped.</summary>
    Running,

    /// <summary>Every file has a result.</summary>
    Done,

    /// <summary>An admin ended it; what was imported until then stays.</summary>
    Cancelled,

    /// <summary>It cannot go on: OneDrive is connected no longer, or its group is gone.</summary>
    Failed,
}

/// <summary>An import of chosen files and folders of OneDrive into groups. First all folders are listed, then their files are taken.</summary>
public sealed class Import
{
    private Import()
    {
    }

    /// <summary>UUIDv7: imports run in this order.</summary>
    public Guid Id { get; private init; }

    /// <summary>OneDrive's ids of what was chosen.</summary>
    public IReadOnlyList<string> ItemIds { get; private init; } = [];

    /// <summary>The group for all files; null: a new one for each folder.</summary>
    public Guid? GroupId { get; private init; }

    /// <summary>When it was ordered.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndedAt { get; private init; }

    /// <summary>How far it is. Changed by statements that compare, so that whoever ends it first has ended it.</summary>
    public ImportState State { get; private init; }

    /// <summary>How many of the chosen have been looked up.</summary>
    public int LookedUp { get; private set; }

    /// <summary>Whether every folder has been listed, so that the number of files is known.</summary>
    public bool IsListed { get; private set; }

    /// <summary>Why it failed, in words; null where it has not.</summary>
    public string? Error { get; private init; }

    /// <summary>Orders an import.</summary>
    public static Import Create(IReadOnlyList<string> itemIds, Guid? groupId, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ItemIds = itemIds,
        GroupId = groupId,
        CreatedAt = now,
    };

    /// <summary>Records that one more of the chosen has been looked up.</summary>
    public void LookUp() => LookedUp++;

    /// <summary>Records that all folders have been listed.</summary>
    public void FinishListing() => IsListed = true;
}

/// <summary>A folder of an import that holds files of it.</summary>
public sealed class ImportFolder
{
    private ImportFolder()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The import.</summary>
    public Guid ImportId { get; private init; }

    /// <summary>OneDrive's id of the folder.</summary>
    public string ItemId { get; private init; } = "";

    /// <summary>The names from the root down to the folder; empty for the root itself.</summary>
    public IReadOnlyList<string> Path { get; private init; } = [];

    /// <summary>Whether its files and the folders in it are still to be listed. Not so where only some of its files were chosen.</summary>
    public bool IsToList { get; private set; }

    /// <summary>Its place among the folders of the import, from 0.</summary>
    public int Place { get; private set; }

    /// <summary>The title of its group, once all folders are known.</summary>
    public string? Title { get; private set; }

    /// <summary>Its group, once that has been made.</summary>
    public Guid? GroupId { get; private set; }

    /// <summary>A folder that was chosen or found.</summary>
    /// <param name="importId">The import.</param>
    /// <param name="itemId">OneDrive's id of the folder.</param>
    /// <param name="path">The names from the root down to the folder.</param>
    /// <param name="isToList">Whether all of it is imported.</param>
    /// <param name="now">The time.</param>
    public static ImportFolder Create(Guid importId, string itemId, IReadOnlyList<string> path, bool isToList, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ImportId = importId,
        ItemId = itemId,
        Path = path,
        IsToList = isToList,
    };

    /// <summary>Takes in all of it, and not only files that were chosen one by one.</summary>
    public void Widen() => IsToList = true;

    /// <summary>Records that its files are known.</summary>
    public void FinishListing() => IsToList = false;

    /// <summary>Gives it its place and the title of its group.</summary>
    public void Order(int place, string title)
    {
        Place = place;
        Title = title;
    }

    /// <summary>Records its group.</summary>
    public void SetGroup(Guid groupId) => GroupId = groupId;
}

/// <summary>What became of a file of an import.</summary>
public enum ImportResult
{
    /// <summary>Nothing yet.</summary>
    Pending,

    /// <summary>It is a new image.</summary>
    Uploaded,

    /// <summary>The same bytes were in the group already.</summary>
    Skipped,

    /// <summary>It could not be taken.</summary>
    Failed,
}

/// <summary>A file of an import.</summary>
public sealed class ImportFile
{
    private ImportFile()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The import.</summary>
    public Guid ImportId { get; private init; }

    /// <summary>The folder; null: what was chosen is not there.</summary>
    public Guid? FolderId { get; private init; }

    /// <summary>OneDrive's id of the file.</summary>
    public string ItemId { get; private init; } = "";

    /// <summary>Its name when it was listed.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Its place in the folder, from 0; -1 for one that was chosen by itself, until all of these are known.</summary>
    public int Place { get; private set; }

    /// <summary>What became of it.</summary>
    public ImportResult Result { get; private set; }

    /// <summary>The image that it is about to become. Whether it has is told by whether there is such an image.</summary>
    public Guid? ImageId { get; private set; }

    /// <summary>How often it was given up because OneDrive did not answer.</summary>
    public int Attempts { get; private set; }

    /// <summary>Why it failed, as a code.</summary>
    public string? Code { get; private set; }

    /// <summary>Why it failed, as text.</summary>
    public string? Error { get; private set; }

    /// <summary>A file that was chosen or found.</summary>
    public static ImportFile Create(Guid importId, Guid? folderId, string itemId, string name, int place, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ImportId = importId,
        FolderId = folderId,
        ItemId = itemId,
        Name = name,
        Place = place,
    };

    /// <summary>Gives it another place in its folder.</summary>
    public void MoveTo(int place) => Place = place;

    /// <summary>Records which image it is about to become.</summary>
    public void Begin(Guid imageId) => ImageId = imageId;

    /// <summary>Records that it was given up for now.</summary>
    /// <returns>How often that has happened.</returns>
    public int GiveUp() => ++Attempts;

    /// <summary>Records that it is an image now, or was there already.</summary>
    public void Succeed(ImportResult result) => Result = result;

    /// <summary>Records why it could not be taken.</summary>
    public void Fail(string code, string error)
    {
        Result = ImportResult.Failed;
        Code = code;
        Error = error;
    }
}
