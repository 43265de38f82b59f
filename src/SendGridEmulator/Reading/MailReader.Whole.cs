namespace SendGridEmulator.Reading;

internal ref partial struct MailReader
{
    /// <summary>What only the whole request can tell.</summary>
    private void CheckWhole()
    {
        CheckPersonalizations();

        if (!hasSender)
        {
            Add("The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.  e.g. {\"email\" : \"example@example.com\"}  or {\"email\" : \"example@example.com\", \"name\" : \"Example Recipient\"}.",
                "from.email", "message.from");
        }

        if (!hasSubject && template is null && withoutSubject > 0)
        {
            Add("The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.",
                "subject", "message.subject");
        }

        if (template is null && (!hasContent || contents == 0))
        {
            Add("Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.",
                "content", "message.content");
        }

        if (substitutes && template?.StartsWith("d-", StringComparison.Ordinal) == true)
            Add("Substitutions may not be used with dynamic templating", "personalizations.0.substitutions", "message.personalizations.substitutions");

        if (repliesTo > 1)
            Add("Only one of reply_to and reply_to_list may be used.", "reply_to", "message.reply_to");

        // An overridden argument counts twice here, which only matters a few bytes below the limit.
        if (sharedArgs.Bytes + largestArgs > MaxTextBytes)
        {
            Add("The combined size of both global and personalization custom arguments may not exceed 10,000 bytes per personalization.",
                "custom_args", "message.personalizations.custom_args");
        }

        ShareKey();
    }

    private void CheckPersonalizations()
    {
        const string Help = "-Personalizations-Errors";
        if (personalizations == 0)
            Add("The personalizations field is required and must have at least one personalization.", "personalizations", Help);
        else if (personalizations > MaxPersonalizations)
            Add($"The personalization block is limited to {MaxPersonalizations} personalizations per API request. You have provided {personalizations} personalizations. Please consider splitting this into multiple requests and resending your request.", "personalizations", Help);
        else if (mail.Recipients.Count > MaxPersonalizations)
            Add($"There is a limit of {MaxPersonalizations} total recipients (to + cc + bcc) per request.", "personalizations", Help);
    }

    /// <summary>A personalization without a key of its own has the request's.</summary>
    private readonly void ShareKey()
    {
        if (sharedArgs.KeyHash == 0)
            return;

        for (var i = 0; i < mail.Personalizations.Count; i++)
        {
            if (mail.Personalizations[i] is { KeyHash: 0 } part)
                mail.Personalizations[i] = part with { KeyHash = sharedArgs.KeyHash, KeyStart = sharedArgs.KeyStart, KeyLength = sharedArgs.KeyLength };
        }
    }
}
