namespace ImageHub.Application.Requests;

/// <summary>Unicode operations of the database. .NET needs ICU for them, which the program does not require.</summary>
public interface IText
{
    /// <summary>Texts in Unicode normalization form C, in the given order.</summary>
    Task<List<string>> NormalizeAsync(string[] texts, CancellationToken cancellationToken);
}
