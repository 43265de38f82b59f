using System.Text;
using System.Text.Json;

namespace SendGridEmulator.Reading;

internal ref partial struct MailReader
{
    private const int MaxCategories = 10;
    private const int MaxCategoryLength = 255;

    private bool ReadTextProperty()
    {
        if (Is("subject"u8))
            hasSubject = ReadSubject(null);
        else if (Is("content"u8))
            ReadContent();
        else if (Is("attachments"u8))
            ReadAttachments();
        else if (Is("headers"u8))
            ReadHeaders(null);
        else if (Is("custom_args"u8))
            sharedArgs = ReadArgs(null);
        else if (Is("categories"u8))
            ReadCategories();
        else
            return false;
        return true;
    }

    private bool ReadSettingsProperty()
    {
        if (Is("send_at"u8))
            mail.SendAt = ReadSendAt(null);
        else if (Is("batch_id"u8))
            ReadBatchId();
        else if (Is("template_id"u8))
            ReadTemplate();
        else if (Is("mail_settings"u8))
            ReadSettings("mail_settings");
        else if (Is("tracking_settings"u8))
            ReadSettings("tracking_settings");
        else if (Is("asm"u8))
            ReadObject("asm", "message.asm");
        else if (Is("sections"u8))
            ReadObject("sections", "message.sections");
        else if (Is("ip_pool_name"u8))
            ReadPool();
        else
            return false;
        return true;
    }

    private void ReadBatchId()
    {
        if (!Next(JsonTokenType.String))
            Add("The batch_id must be a string.", "batch_id", "message.batch_id");
        else if (json.GetString() is { } id && knowsBatch(id))
            mail.BatchId = id;
        else
            Add("invalid batch id", "batch_id", "message.batch_id");
    }

    private void ReadTemplate()
    {
        // The emulator's account has no templates, so that none is ever a valid one.
        if (!Next(JsonTokenType.String))
            RefuseType("string", "template_id", "message.template_id");
        else
            Add($"The Template ID must be a valid template id for your account. You provided {template = json.GetString()}.", "template_id", "message.template_id");
    }

    private void ReadPool()
    {
        if (!Next(JsonTokenType.String))
            Add("The name of your IP pool must be a string.", "ip_pool_name", "message.ip_pool_name");
    }

    private void ReadObject(string field, string help)
    {
        if (Next(JsonTokenType.StartObject))
            json.Skip();
        else
            RefuseType("object", field, help);
    }

    /// <summary>An object of settings, each an object with a switch named enable.</summary>
    private void ReadSettings(string group)
    {
        if (!Next(JsonTokenType.StartObject))
        {
            RefuseType("object", group, $"message.{group}");
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var setting = json.GetString()!;
            if (!Next(JsonTokenType.StartObject))
            {
                RefuseType("object", $"{group}.{setting}", $"message.{group}.{setting}");
                continue;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isSwitch = Is("enable"u8);
                json.Read();
                if (isSwitch && json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    Add($"The {setting.Replace('_', ' ')} enable param should be a boolean value.", $"{group}.{setting}.enable", $"message.{group}.{setting}.enable");
                if (isSwitch && setting == "sandbox_mode")
                    mail.Sandbox = json.TokenType == JsonTokenType.True;
                json.Skip();
            }
        }
    }

    private void ReadCategories()
    {
        const string Help = "message.categories";
        if (!Next(JsonTokenType.StartArray))
        {
            Add("Categories must be an array of strings.", "categories", Help);
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            var category = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            json.Skip();
            if (category is null)
                Add("Categories must be an array of strings.", $"categories.{count}", Help);
            else if (category.Length > MaxCategoryLength)
                Add($"Each category must not be longer than {MaxCategoryLength} characters. {category} exceeds this limit", $"categories.{count}", Help);
            else if (!Ascii.IsValid(category))
                Add("Categories can not contain non-ASCII characters.", $"categories.{count}", Help);
            else if (!seen.Add(category))
                Add($"The categories must be a unique list, and you have included {category} more than once.", $"categories.{count}", Help);
        }

        if (count > MaxCategories)
            Add($"There is a limit of {MaxCategories} categories for each email that is sent. You provided {count} categories.", "categories", Help);
    }
}
