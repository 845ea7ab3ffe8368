using System.Reflection;

namespace ImageHub.Client;

/// <summary>
/// A request body in which an absent field keeps its value, and null clears a value (RFC 7396). A property that is null is left out unless
/// <see cref="ChangeExtensions.Clear"/> names it.
/// </summary>
public abstract class Change
{
    private readonly HashSet<string> cleared = new(StringComparer.Ordinal);

    /// <summary>Whether a property is sent as null.</summary>
    internal bool Clears(string property) => cleared.Contains(property);

    /// <summary>Sends a property as null.</summary>
    /// <exception cref="ArgumentException">There is no such property.</exception>
    internal void Clear(string property)
    {
        if (GetType().GetProperty(property, BindingFlags.Public | BindingFlags.Instance) is null)
        {
            throw new ArgumentException($"{GetType().Name} has no property '{property}'.", nameof(property));
        }

        cleared.Add(property);
    }
}

/// <summary>Clears values with a <see cref="Change"/>.</summary>
public static class ChangeExtensions
{
    /// <summary>Clears the values of properties, for example <c>new UpdateGroup { Title = "Harbour" }.Clear(nameof(UpdateGroup.Description))</c>.</summary>
    /// <param name="change">The request body.</param>
    /// <param name="properties">The names of the properties. A property that has a value is sent with the value.</param>
    /// <returns>The request body.</returns>
    /// <exception cref="ArgumentException">There is no such property.</exception>
    public static T Clear<T>(this T change, params ReadOnlySpan<string> properties)
        where T : Change
    {
        foreach (var property in properties)
        {
            change.Clear(property);
        }

        return change;
    }
}

/// <content>The body changes only the fields that are set or cleared.</content>
public partial class BulkImages : Change;

/// <content>The body changes only the fields that are set or cleared.</content>
public partial class UpdateGroup : Change;

/// <content>The body changes only the fields that are set or cleared.</content>
public partial class UpdateImage : Change;

/// <content>The body changes only the fields that are set or cleared.</content>
public partial class UpdateLink : Change;

/// <content>The body changes only the fields that are set or cleared.</content>
public partial class UpdateSite : Change;

/// <content>The body changes only the fields that are set or cleared.</content>
public partial class UpdateTier : Change;

/// <content>The body changes only the fields that are set or cleared.</content>
public partial class UpdateUser : Change;
